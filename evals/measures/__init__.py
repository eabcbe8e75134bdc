"""One family of measures a file, each measure one object; `registry` joins them in the order of showing."""
