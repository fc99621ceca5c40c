"""Cumulative incidences of events that exclude each other."""
