"""When: days, relative words, and what a question says of time."""
