"""The API under /api/v1: one file per room; tokens, problems, paging, idempotency."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the API to `app`."""
