"""Groups held against each other: log-rank family and Cox's model."""
