"""Measures of questions that are asked in a conversation."""
