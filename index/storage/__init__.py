"""The library's only truth on disk: SQLite, and the lock of its one writer."""
