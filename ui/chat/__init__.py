"""The chat page: questions and answers on the left, the cited article on the right."""
