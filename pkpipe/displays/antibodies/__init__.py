"""Tables, figures and listings of antibodies against the drug (14.5, 16.2.9)."""
