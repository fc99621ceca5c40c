"""How a table came to be: what each room rested on when it ran, and what of it had changed since before.

A record a room lies in the logs of a run, for it tells of the run before, which the manifest must not: two
clones with the same inputs give the same manifest, whatever was run there earlier.
"""
