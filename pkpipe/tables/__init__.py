"""What arrives and what leaves: the only package that opens data files."""
