"""The library's only truth: what is asked of a database (`store.py`), its SQLite, and the lock of its one writer."""
