"""Embedders and cross-encoders: finding their files, and running them."""
