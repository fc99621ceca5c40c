"""One module a section of the page."""
