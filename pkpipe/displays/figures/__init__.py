"""Figures as SVG text: the same table gives the same bytes on any machine."""
