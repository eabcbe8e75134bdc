"""Measures of what answers say of time: what changed, and who disagrees."""
