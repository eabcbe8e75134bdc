"""Fitting the weights of the confidence and of the verifier to measured runs."""
