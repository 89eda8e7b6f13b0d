"""Data only: the schemas and contracts that ship; read them through `importlib.resources`."""
