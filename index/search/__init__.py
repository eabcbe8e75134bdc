"""A question to ranked passages: both searches, their fusion, and the cross-encoder's order."""
