"""What is computed of a block: start, areas, terminal slope, windows."""
