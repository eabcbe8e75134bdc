"""Replies of LLMs through litellm: retries, fallbacks, limits and errors."""
