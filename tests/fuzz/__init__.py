"""Long runs with random flows: `make fuzz`."""
