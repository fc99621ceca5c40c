"""What the room hands on: ADRS, ADTR, the tables of figures, the listings of `pkpipe recist`."""
