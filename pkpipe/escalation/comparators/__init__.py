"""Other designs on the same data, for context only: never the decision of the protocol."""
