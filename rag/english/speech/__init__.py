"""Who said what in an article: words in quotation marks and reported speech, each with its speaker."""
