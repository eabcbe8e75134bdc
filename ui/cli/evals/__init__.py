"""The `dateline eval` commands."""
