"""Tables and figures of biomarkers (14.6)."""
