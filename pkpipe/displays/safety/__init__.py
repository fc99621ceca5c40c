"""Tables and listings of adverse events, laboratory and examinations (14.3)."""
