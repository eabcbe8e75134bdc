"""Comparing what is claimed, or taken as given in a question, with what texts say."""
