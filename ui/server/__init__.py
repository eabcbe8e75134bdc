"""The HTTP server: hosts, tokens, limits, headers, and who is asking."""
