import hashlib

import pytest
from sqlalchemy import Engine

from points.app import create_app
from tests.cli.conftest import Points, rows


def test_a_staff_account_gets_its_role_and_a_one_time_link(ready: Points, books: Engine):
    answer = ready("staff", "add", "wang", "--role", "auditor", "--at", "CITY", "--name", "王示例", "--json")
    assert answer.status == 0
    assert answer.document["login"] == "wang"
    token = answer.document["setup_link"].rsplit("/", 1)[1]
    assert rows(books, "SELECT setup_hash FROM account WHERE login = 'wang'") == [
        (hashlib.sha256(token.encode()).hexdigest(),)
    ]
    granted = "SELECT role FROM role_grant JOIN account ON account.id = account_id WHERE login = 'wang'"
    assert rows(books, granted) == [("auditor",)]


def test_a_token_is_shown_once_and_opens_the_api(ready: Points, books: Engine):
    answer = ready("token", "add", "reports", "--role", "auditor", "--at", "CITY", "--json")
    assert answer.status == 0
    secret = answer.document["token"]
    assert secret.startswith("pt_")
    assert secret not in str(rows(books, "SELECT * FROM api_token"))
    client = create_app().test_client()
    assert client.get("/api/v1/areas", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert client.get("/api/v1/areas", headers={"Authorization": "Bearer pt_wrong"}).status_code == 401


@pytest.mark.parametrize("noun", ["staff", "token"])
def test_a_place_that_does_not_exist_is_refused_and_changes_nothing(noun: str, ready: Points, books: Engine):
    query = "SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM role_grant), (SELECT count(*) FROM api_token)"
    before = rows(books, query)
    answer = ready(noun, "add", "wang", "--role", "auditor", "--at", "NOWHERE", "--json")
    assert answer.status == 1
    assert answer.document["refused"]["code"] == "not-found"
    assert answer.document["refused"]["next_step"] in answer.stderr
    assert rows(books, query) == before


@pytest.mark.parametrize("noun", ["staff", "token"])
def test_a_name_that_is_taken_is_refused(noun: str, ready: Points):
    words = (noun, "add", "wang", "--role", "auditor", "--at", "CITY")
    assert ready(*words).status == 0
    second = ready(*words)
    assert (second.status, second.stdout) == (1, "")
    assert second.stderr


@pytest.mark.parametrize(
    "words", [("staff", "add", "wang", "--role", "king", "--at", "CITY"), ("staff", "add"), ("fly",)]
)
def test_wrong_usage_exits_2(words: tuple[str, ...], ready: Points):
    answer = ready(*words)
    assert (answer.status, answer.stdout) == (2, "")
    assert "Usage: points" in answer.stderr
