"""The library for other programs: REST, the OpenAI protocol, MCP, metrics."""
