"""Datasets made from a library's own articles."""
