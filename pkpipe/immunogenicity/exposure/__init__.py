"""What antibodies do to exposure."""
