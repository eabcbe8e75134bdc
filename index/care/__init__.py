"""Looking after a library: checking, repairing, copying, and saving what is whole of a damaged one."""
