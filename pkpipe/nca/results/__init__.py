"""Results handed out: the long table, its units, its explanation, its pictures."""
