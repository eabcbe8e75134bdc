"""Learning the weights of the reader that Dateline brings: see README.md here."""
