"""Commands for newsrooms: collections, and who may see and change which."""
