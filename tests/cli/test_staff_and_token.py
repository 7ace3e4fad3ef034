import hashlib
from typing import Any

import pytest
from sqlalchemy import Engine

from points import database
from points.access import accounts, sign_ins
from points.access.attempts import WrongSecret
from points.app import create_app
from points.foundation import clock
from tests.cli.conftest import Points, rows

PASSWORD = "correct horse battery"


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


def listed(points: Points, noun: str) -> dict[str, Any]:
    """What `points staff list` or `points token list` says, by login or name."""
    answer = points(noun, "list", "--json")
    assert answer.status == 0
    return {one.get("login") or one["name"]: one for one in answer.document["items"]}


def test_the_accounts_are_listed_with_their_roles_and_without_programs_or_secrets(ready: Points):
    ready("staff", "add", "wang", "--role", "auditor", "--at", "CITY", "--name", "王示例")
    ready("token", "add", "reports", "--role", "auditor", "--at", "CITY")
    found = listed(ready, "staff")
    assert set(found) == {"admin", "wang"}
    assert found["wang"] == {
        "login": "wang",
        "name": "王示例",
        "status": "active",
        "password_chosen": False,
        "roles": [{"role": "auditor", "at": "CITY", "to": None}],
    }
    assert "wang  active  auditor@CITY  王示例" in ready("staff", "list").stdout.splitlines()


def test_a_role_is_granted_and_ended_at_once(ready: Points):
    ready("staff", "add", "wang", "--role", "auditor", "--at", "CITY")
    role = ("wang", "--role", "street_admin", "--at", "CITY", "--json")
    assert ready("staff", "grant", *role).status == 0
    assert [one["role"] for one in listed(ready, "staff")["wang"]["roles"]] == ["auditor", "street_admin"]
    assert ready("staff", "revoke", *role).document["ended"] == 1
    assert [one["role"] for one in listed(ready, "staff")["wang"]["roles"]] == ["auditor"]
    assert ready("staff", "revoke", *role).document["ended"] == 0


def test_a_disabled_accounts_sessions_end_at_once_and_it_signs_in_no_more(ready: Points, books: Engine):
    link = ready("staff", "add", "wang", "--role", "auditor", "--at", "CITY", "--json").document["setup_link"]
    app = create_app()
    with app.app_context(), database.transaction() as session:
        accounts.choose_password(session, token=link.rsplit("/", 1)[1], password=PASSWORD, at=clock.now())
    with app.app_context(), database.transaction() as session:
        _, cookie = sign_ins.sign_in_staff(session, login="wang", password=PASSWORD, agent="", at=clock.now())
    with app.app_context(), database.transaction() as session:
        assert sign_ins.actor(session, cookie, at=clock.now())
    assert ready("staff", "disable", "wang", "--reason", "离职", "--json").document["status"] == "disabled"
    with app.app_context(), database.transaction() as session:
        assert sign_ins.actor(session, cookie, at=clock.now()) is None
        with pytest.raises(WrongSecret):
            sign_ins.sign_in_staff(session, login="wang", password=PASSWORD, agent="", at=clock.now())
    assert listed(ready, "staff")["wang"]["status"] == "disabled"
    assert rows(books, "SELECT reason FROM audit_entry WHERE action = 'account.disable'") == [("离职",)]


def test_a_new_link_replaces_the_earlier_one(ready: Points, books: Engine):
    first = ready("staff", "add", "wang", "--role", "auditor", "--at", "CITY", "--json").document["setup_link"]
    second = ready("staff", "link", "wang", "--json").document["setup_link"]
    assert second != first
    digest = hashlib.sha256(second.rsplit("/", 1)[1].encode()).hexdigest()
    assert rows(books, "SELECT setup_hash FROM account WHERE login = 'wang'") == [(digest,)]


@pytest.mark.parametrize("how", ["revoked", "its account disabled"])
def test_a_token_that_was_ended_opens_nothing_any_more(how: str, ready: Points):
    secret = ready("token", "add", "reports", "--role", "auditor", "--at", "CITY", "--json").document["token"]
    client, headers = create_app().test_client(), {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/areas", headers=headers).status_code == 200
    assert listed(ready, "token")["reports"]["status"] == "active"
    ended = ("token", "revoke", "reports") if how == "revoked" else ("staff", "disable", "token:reports")
    assert ready(*ended, "--json").status == 0
    assert client.get("/api/v1/areas", headers=headers).status_code == 401
    if how == "revoked":
        assert listed(ready, "token")["reports"]["status"] == "revoked"
        assert secret not in ready("token", "list", "--json").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "disable", "nobody"),
        ("staff", "link", "nobody"),
        ("staff", "grant", "nobody", "--role", "auditor", "--at", "CITY"),
        ("staff", "revoke", "nobody", "--role", "auditor", "--at", "CITY"),
        ("token", "revoke", "nothing"),
    ],
)
def test_what_is_not_there_is_refused(words: tuple[str, ...], ready: Points):
    answer = ready(*words, "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "not-found")
