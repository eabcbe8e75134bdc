"""Deciding between runs: differences, gates, sweeps."""
