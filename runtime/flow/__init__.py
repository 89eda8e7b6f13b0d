"""The flow language: reading, checking and running flows."""
