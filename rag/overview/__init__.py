"""What many articles say of a topic: what happened when, how things stand, and who said what."""
