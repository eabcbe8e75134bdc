"""`dateline ask` without a question: a conversation on the terminal."""
