"""The OpenAI protocol, as far as a library can keep it: https://platform.openai.com/docs/api-reference."""
