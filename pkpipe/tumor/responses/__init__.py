"""From responses at time points to the best response of a subject, its confirmation and its rates."""
