"""What sentences of articles report: events with their days, and what isn't known."""
