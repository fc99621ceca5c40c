"""Profiles laid out for arithmetic: sorted arrays, intervals with their doses, blocks."""
