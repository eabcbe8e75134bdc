"""What a question means, worked out once."""
