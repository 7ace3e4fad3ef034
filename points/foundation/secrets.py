"""Secrets: passwords and PINs are kept as argon2id hashes, random tokens as SHA-256."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The least that OWASP recommends for argon2id: 13 ms."""


def hash_secret(secret: str) -> str:
    """The argon2id hash of a password or PIN."""
    return HASHER.hash(secret)


def matches(secret: str, secret_hash: str | None) -> bool:
    """Whether `secret` is the one hashed; takes as long for an absent hash, so that names cannot be guessed by time."""
    try:
        return HASHER.verify(secret_hash or _NOBODY, secret) and bool(secret_hash)
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """A random URL-safe token of 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


_NOBODY = HASHER.hash("nobody")
