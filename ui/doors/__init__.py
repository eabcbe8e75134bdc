"""Doors for other programs: REST, the OpenAI protocol and MCP, all over one `Service`."""
