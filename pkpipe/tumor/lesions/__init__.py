"""Lesions as delivered, their time points, sums and what was seen at each."""
