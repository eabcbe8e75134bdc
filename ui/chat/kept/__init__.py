"""What is kept of conversations, wherever that is."""
