"""Tables of the data of a cutoff, what is due, and the rules in force (14.9)."""
