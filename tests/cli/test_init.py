import stat
from pathlib import Path

from sqlalchemy import Engine

from points.app import create_app
from tests.cli.conftest import Points, rows


def test_a_new_database_is_made_and_the_first_administrator_gets_a_link(points: Points, books: Engine):
    answer = points("init", "--json")
    assert answer.status == 0
    assert (answer.document["database"], answer.document["before"]) == ("sqlite", None)
    assert answer.document["setup_link"].startswith("http://127.0.0.1:8000/set-up/")
    assert rows(books, "SELECT login, password_hash FROM account") == [("admin", None)]


def test_init_again_upgrades_nothing_and_gives_a_new_link(points: Points, books: Engine):
    first, second = points("init", "--json").document, points("init", "--json").document
    assert second["before"] == first["revision"]
    assert first["setup_link"] != second["setup_link"]
    assert rows(books, "SELECT count(*) FROM account") == [(1,)]


def test_init_without_json_says_the_same_for_a_person(points: Points):
    answer = points("init")
    assert answer.status == 0
    assert "http://127.0.0.1:8000/set-up/" in answer.stdout


def test_the_secret_key_is_made_once_and_kept_from_others(points: Points, data_dir: Path):
    points("init")
    path = data_dir / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = path.read_text()
    assert len(key) == 64
    points("init")
    assert path.read_text() == key


def test_the_link_leads_to_the_public_address(points: Points, monkeypatch):
    monkeypatch.setenv("POINTS_PUBLIC_URL", "https://points.example.cn/")
    assert points("init", "--json").document["setup_link"].startswith("https://points.example.cn/set-up/")


def test_the_link_leads_to_where_the_pages_were_served_last(points: Points, data_dir: Path):
    points("init")
    (data_dir / "served_at").write_text("http://192.0.2.7:8333\n")
    assert points("init", "--json").document["setup_link"].startswith("http://192.0.2.7:8333/set-up/")


def test_the_link_opens_the_page_where_the_password_is_chosen(points: Points):
    link = points("init", "--json").document["setup_link"]
    path = link.removeprefix("http://127.0.0.1:8000")
    assert create_app().test_client().get(path).status_code == 200


def test_an_empty_installation_of_one_street_has_the_street_at_its_top(points: Points, books: Engine):
    answer = points("init", "--level", "street", "--code", "YD", "--name", "永定街道", "--json")
    assert answer.status == 0
    assert rows(books, "SELECT type, code, name FROM area") == [("street", "YD", "永定街道")]
    assert points("init", "--level", "community", "--code", "BZ", "--name", "x").status == 2
