"""What the Topic tab shows: the lines of an overview, and a timeline as a picture."""
