"""Reading a study file: YAML with places, mistakes, keys and their meaning, the schema for editors."""
