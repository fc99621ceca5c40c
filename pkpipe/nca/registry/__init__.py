"""Every parameter as a value: code, formula, source, cause of a missing one, acceptance."""
