"""The conversation on the page, as it grows."""
