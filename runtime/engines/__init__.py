"""Engines: what answers the commands of the interpreter."""
