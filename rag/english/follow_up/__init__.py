"""Questions that lean on the conversation before them, written out so that they stand alone."""
