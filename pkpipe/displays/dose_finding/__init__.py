"""Tables of the dose levels, the decision and its conduct (14.1.4)."""
