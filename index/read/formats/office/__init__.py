"""A reader for each kind of office document."""
