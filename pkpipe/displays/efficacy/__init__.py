"""Tables, figures and listings of tumour response and time to event (14.2)."""
