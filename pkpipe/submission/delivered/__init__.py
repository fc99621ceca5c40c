"""Programs of the delivered folder, as they stand: they need polars, numpy and pyreadstat, not pkpipe."""
