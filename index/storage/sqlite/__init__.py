"""The store in one SQLite file. SQL stands here, in the folder for PostgreSQL, and in the file of conversations."""
