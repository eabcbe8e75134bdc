"""The store in one SQLite file. With the file of conversations, the only place with SQL."""
