"""From samples to one row a subject and drug, by the rules of ADA status."""
