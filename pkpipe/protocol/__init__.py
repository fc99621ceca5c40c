"""The trial as planned: frozen, closed models read from `config/<study>.yaml`."""
