"""A plugin for cartflow: prices of a shop on an island."""
