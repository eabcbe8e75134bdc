"""`python -m dateline`, the same as `dateline`."""

from ui.cli.app import main

main()
