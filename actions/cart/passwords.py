"""Passwords, kept as Argon2id hashes with the parameters that OWASP recommends."""

from __future__ import annotations

import re
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

MIN_LENGTH: Final = 8
"""How many characters a password has that a customer chooses."""

MAX_LENGTH: Final = 256

CLASSES: Final = 3
"""Of how many classes of characters it is made: lower case, upper case, digits, all others."""

_CLASSES: Final = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")))

UNKNOWN: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "jyT+wLGyGUdctb4RizbcDA$8ypk7JyR6kyCFiaea5zk/AlKzhNCyji8KBxB1S3y2Y0"
)
"""A hash that no password matches: checking it takes as long as checking a real one."""


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(_bytes(password))


def verify(password_hash: str, password: str) -> bool:
    """Return whether the hash is that of *password*."""
    try:
        return _HASHER.verify(password_hash, _bytes(password))
    except VerifyMismatchError:
        return False


def classes_of(password: str) -> int:
    """Return how many classes of characters there are in a password."""
    return sum(bool(found.search(password)) for found in _CLASSES)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # JSON can hold halves of characters
