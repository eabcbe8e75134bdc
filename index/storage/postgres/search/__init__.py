"""Search in the database: vectors by pgvector, words by its own full text, both in step with what is stored."""
