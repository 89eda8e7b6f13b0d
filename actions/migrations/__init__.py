"""The migrations of the cart's tables, in order of their names."""
