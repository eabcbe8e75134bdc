"""Answers by an LLM: what it is sent, and what is read out of its reply."""
