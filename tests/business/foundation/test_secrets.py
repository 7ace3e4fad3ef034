"""Secrets are kept as hashes."""

from points.foundation import secrets


def test_a_secret_matches_its_own_hash_only() -> None:
    kept = secrets.hash_secret("730514")
    assert kept.startswith("$argon2id$")
    assert "730514" not in kept
    assert secrets.matches("730514", kept)
    assert not secrets.matches("123457", kept)
    assert secrets.hash_secret("730514") != kept


def test_nothing_matches_what_is_absent_or_no_hash() -> None:
    for kept in (None, "", "730514"):
        for secret in ("", "nobody", "730514"):
            assert not secrets.matches(secret, kept)


def test_tokens_are_long_and_their_hashes_stable() -> None:
    token = secrets.new_token()
    assert len(token) >= 43
    assert token != secrets.new_token()
    assert secrets.token_hash(token) == secrets.token_hash(token) != token
