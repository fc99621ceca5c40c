"""From rows of IS to one row a sample and drug."""
