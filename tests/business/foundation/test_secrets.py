"""Secrets are kept as hashes."""

from points.foundation import secrets


def test_a_secret_matches_its_own_hash_only() -> None:
    kept = secrets.hash_secret("123456")
    assert kept.startswith("$argon2id$")
    assert "123456" not in kept
    assert secrets.matches("123456", kept)
    assert not secrets.matches("123457", kept)
    assert secrets.hash_secret("123456") != kept


def test_nothing_matches_what_is_absent_or_no_hash() -> None:
    for kept in (None, "", "123456"):
        for secret in ("", "nobody", "123456"):
            assert not secrets.matches(secret, kept)


def test_tokens_are_long_and_their_hashes_stable() -> None:
    token = secrets.new_token()
    assert len(token) >= 43
    assert token != secrets.new_token()
    assert secrets.token_hash(token) == secrets.token_hash(token) != token
