"""Tables and listings of who was treated, with what, and how it ended (14.1.1 to 14.1.3)."""
