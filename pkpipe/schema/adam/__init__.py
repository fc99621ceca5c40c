"""The derived tables as values: a module a room, so that a change of one makes no other room run again."""
