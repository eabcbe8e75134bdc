"""`python -m ui.cli`, the same as `dateline`."""

from ui.cli.app import main

main()
