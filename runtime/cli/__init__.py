"""The command line `cartflow`: one module for each group of commands, loaded when it is used."""

from .root import main

__all__ = ["main"]
