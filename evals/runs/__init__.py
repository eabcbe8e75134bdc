"""Runs: asking every question of a dataset, and keeping what comes of it."""
