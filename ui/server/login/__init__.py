"""Logging in at an OpenID Connect provider: who it says that people are, what they may do, and how they stay known."""
