"""Populations of virtual trials: what the whole design of a study file does in so many trials."""
