"""GraphQL as Adobe Commerce speaks it: documents in, results out, by way of `invoke`."""
