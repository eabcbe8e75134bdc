"""Figures for how well passages are found and questions answered."""
