"""The HTTP door: it translates between requests and `invoke`, and decides nothing."""

from .app import create_app
from .server import serve

__all__ = ["create_app", "serve"]
