"""The runtime: actions, their contracts, `invoke`, and flows. It knows nothing of carts."""
