"""The tables people hand in: read, checked, and what tells their profiles apart."""
