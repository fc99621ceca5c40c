"""Analyses beside the profile: urine and faeces, sparse sampling, superposition, ratios, proportionality."""
