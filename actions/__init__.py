"""The cart actions that ship with cartflow: a plugin like anybody's."""
