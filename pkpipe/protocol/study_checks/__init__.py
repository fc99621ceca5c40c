"""Checks on a study file: contradictions, names that lead nowhere, what a room needs."""
