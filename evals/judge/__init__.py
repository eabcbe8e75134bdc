"""An optional LLM judge, and how far it agrees with people."""
