"""The MCP server: tools, resources and prompts for a model's client."""
