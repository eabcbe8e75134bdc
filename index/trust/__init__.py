"""What a library's folder may say, which may come from somebody else: the user's word on it, and what needs it."""
