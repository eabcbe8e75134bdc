"""What is read out of words: sentences, passages, dates, languages."""
