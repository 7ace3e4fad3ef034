"""Programs before the API: each with a token of one role at one place, or signed in as a volunteer."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from points import database
from points.access import sessions, tokens
from points.foundation.actors import SYSTEM
from points.http import SESSION_COOKIE
from points.people.volunteers import Volunteer
from tests import make

_number = count(1)


class Program:
    """Somebody who speaks JSON with the API; a key is made for each act unless one is given."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._client.get(f"/api/v1{path}", query_string=query, headers=self._headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> TestResponse:
        sent = {**self._headers, "Idempotency-Key": key or f"test-key-{next(_number)}", **headers}
        return self._client.post(f"/api/v1{path}", json={} if body is None else body, headers=sent)

    def patch(self, path: str, body: Any, *, etag: str | None) -> TestResponse:
        sent = self._headers | ({} if etag is None else {"If-Match": etag})
        return self._client.patch(f"/api/v1{path}", json=body, headers=sent)

    def send(self, method: str, path: str, data: bytes = b"", **headers: str) -> TestResponse:
        sent = self._headers | {"Content-Type": "application/json", "Idempotency-Key": f"test-key-{next(_number)}"}
        return self._client.open(f"/api/v1{path}", method=method, data=data, headers=sent | headers)


@pytest.fixture
def ground(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed when the program asks: call `ground.commit()`."""
    with database.sessions(engine)() as session:
        make.street(session)
        session.commit()
        yield session


@pytest.fixture
def program(client: FlaskClient, ground: Session) -> Callable[..., Program]:
    """Make a program with a token of `role` at `place`."""

    def made(role: str, place: str = "YD") -> Program:
        if place == "NLJ-1":
            make.station(ground)
        secret = tokens.add(ground, name=f"token-{next(_number)}", role=role, place=place, by=SYSTEM, at=make.NOW)
        ground.commit()
        return Program(client, {"Authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def volunteers_phone(app: Flask, client: FlaskClient, ground: Session) -> Callable[[Volunteer], Program]:
    """Sign a volunteer (made with `pin=True`) in and give their phone."""

    def made(volunteer: Volunteer) -> Program:
        _, cookie = sessions.sign_in_volunteer(ground, who=volunteer.code, pin="123456", agent="", at=make.NOW)
        ground.commit()
        phone = app.test_client()
        phone.set_cookie(SESSION_COOKIE, cookie, domain="localhost")
        return Program(phone, {})

    return made
