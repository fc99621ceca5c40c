"""The report as pages: one to decide by, one a topic, one a subject; each opens from disk without network."""
