"""Articles that wait until a worker embeds them, in a library that is kept in a database."""
