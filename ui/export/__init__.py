"""Answers as files and as text to paste."""
