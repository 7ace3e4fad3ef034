"""Secrets: passwords and PINs are kept as argon2id hashes, random tokens as SHA-256."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The least that OWASP recommends for argon2id: 13 ms."""


class Typed(str):
    """A secret as it was typed, which remembers the hashes it was compared with.

    So the slow comparison can be done before anything is locked, and its answer used where it counts.
    """

    def __init__(self, _text: str) -> None:
        self._answers: dict[str | None, bool] = {}

    def matches(self, secret_hash: str | None) -> bool:
        """As `matches`; the second time at once."""
        if secret_hash not in self._answers:
            self._answers[secret_hash] = _matches(self, secret_hash)
        return self._answers[secret_hash]


def hash_secret(secret: str) -> str:
    """The argon2id hash of a password or PIN."""
    return HASHER.hash(secret)


def matches(secret: str, secret_hash: str | None) -> bool:
    """Whether `secret` is the one hashed; takes as long for an absent hash, so that names cannot be guessed by time."""
    return secret.matches(secret_hash) if isinstance(secret, Typed) else _matches(secret, secret_hash)


def new_token() -> str:
    """A random URL-safe token of 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _matches(secret: str, secret_hash: str | None) -> bool:
    try:
        return HASHER.verify(secret_hash or _NOBODY, secret) and bool(secret_hash)
    except (VerificationError, InvalidHashError):
        return False


_NOBODY = HASHER.hash("nobody")
