"""Kaplan-Meier curves and what is read off them."""
