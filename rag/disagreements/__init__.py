"""Where articles contradict each other: on one question, or on a topic."""
