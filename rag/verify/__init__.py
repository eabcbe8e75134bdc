"""A verdict for each sentence: whether what it cites says it."""
