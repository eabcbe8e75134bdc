"""`dateline doctor`: whether all that Dateline needs is there and fits, and what to do where it isn't."""
