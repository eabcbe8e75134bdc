"""A page's article without its boilerplate."""
