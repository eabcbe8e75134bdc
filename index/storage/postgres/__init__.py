"""The store in a PostgreSQL database with pgvector, which many programs may write to at once."""
