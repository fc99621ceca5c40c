"""What is computed and by which rule: every definition and rule with its id, as values."""
