"""`dateline timeline`, `quotes`, `brief` and `disagreements`: a topic over time, and who says otherwise."""
