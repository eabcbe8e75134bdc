"""Articles from the web: pages, feeds and sitemaps; and keeping up with what is followed."""
