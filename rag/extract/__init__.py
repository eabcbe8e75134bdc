"""Answers without an LLM: the articles' own sentences."""
