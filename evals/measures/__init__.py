"""One family of measures a file. What has no label is left out, neither 0 nor 1."""
