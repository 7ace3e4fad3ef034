"""No photo, file, track or location is asked for, and nobody is ranked, anywhere (domain §3.13, A24, A26)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from points import schema

HERE = Path(__file__).parents[2]
ASKED_NOWHERE = re.compile(
    r"(^|_)(photo|image|picture|selfie|avatar|video|file|upload|attachment|gps|lat|lng|lon|latitude|longitude|"
    r"geolocation|track)s?(_|$)"
)
RANKED_NOWHERE = re.compile(r"(^|_)(rank|ranking|leaderboard|worst|blacklist)s?(_|$)")
SCRIPTS = HERE / "points/web/static"
OWN_SCRIPTS = [SCRIPTS / "worker.js", *sorted((SCRIPTS / "js").rglob("*.js"))]


TAKES_A_LIST = {
    "list_in": "the office's page on which a list replaces typing it anew: read in memory, no photo, kept nowhere",
}
"""The one page, and the module behind it, that takes a file."""


def named(document: Any) -> Iterator[str]:
    """Every name of a parameter or property in the document."""
    if isinstance(document, dict):
        if document.get("in") in ("query", "path", "header", "cookie"):
            yield document["name"]
        if isinstance(document.get("properties"), dict):
            yield from document["properties"]
        for part in document.values():
            yield from named(part)
    elif isinstance(document, list):
        for part in document:
            yield from named(part)


def test_the_api_takes_json_only_and_asks_for_no_photo_and_no_place(sqlite_app: Flask) -> None:
    document = sqlite_app.test_client().get("/api/v1/openapi.json").json
    types = {
        media
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
        for media in operation.get("requestBody", {}).get("content", {})
    }
    assert types == {"application/json"}
    names = set(named(document))
    assert len(names) > 100
    assert not [name for name in names if ASKED_NOWHERE.search(name.lower()) or RANKED_NOWHERE.search(name.lower())]


@pytest.mark.parametrize("page", sorted((HERE / "templates").rglob("*.html")), ids=lambda path: path.stem)
def test_no_form_takes_a_file_a_photo_or_a_place(page: Path) -> None:
    written = page.read_text()
    if page.stem in TAKES_A_LIST:
        written = written.replace('type="file" name="sheet" accept=".xlsx,.csv"', "")
        written = written.replace('enctype="multipart/form-data"', "")
    assert not re.findall(r'type="file"|enctype=|<input[^>]*\bcapture\b|geolocation', written)
    assert not [name for name in re.findall(r'\sname="([^"]+)"', written) if ASKED_NOWHERE.search(name)]


def test_no_code_reads_a_file_that_was_sent() -> None:
    takes = re.compile(r"request\.(files|stream)\b|FileStorage|Upload")
    read = [str(path) for path in (HERE / "points").rglob("*.py") if takes.search(path.read_text())]
    assert [Path(one).stem for one in read] == list(TAKES_A_LIST)


def test_one_script_asks_where_its_reader_is_and_can_tell_nobody() -> None:
    reckons = (SCRIPTS / "js/how-far.js").read_text()
    assert "geolocation.getCurrentPosition" in reckons
    sends = (
        r"fetch|XMLHttp|sendBeacon|WebSocket|EventSource|\bform\b|submit|\blocation\b|\.src\b|cookie|[sS]torage|import"
    )
    assert not re.findall(sends, reckons), "the position stays in the subtraction"


def test_no_other_script_asks_where_somebody_is() -> None:
    assert len(OWN_SCRIPTS) > 20
    for script in OWN_SCRIPTS:
        if script.name == "how-far.js":
            continue
        assert not re.findall(r"geolocation|watchPosition|FormData\([^)]*file", script.read_text()), script.name


def test_no_table_keeps_a_photo_a_place_or_a_rank() -> None:
    columns = [f"{table.name}.{column.name}" for table in schema.metadata.sorted_tables for column in table.columns]
    assert len(columns) > 300
    # of a house with a door, entered by a command; of a person there is none
    of_a_station = {"station_position.latitude", "station_position.longitude"}
    bad = [name for name in columns if ASKED_NOWHERE.search(name.split(".")[1]) and name not in of_a_station]
    assert not bad + [name for name in columns if RANKED_NOWHERE.search(name.split(".")[1])]


def test_no_table_keeps_an_identity_number_or_health_or_a_party() -> None:
    forbidden = re.compile(r"(^|_)(id_(number|card)|identity_(number|card)|national_id|health|disease|party)(_|$)")
    allowed = {"compound.has_party_branch"}  # of a housing estate, not of a person
    columns = {f"{table.name}.{column.name}" for table in schema.metadata.sorted_tables for column in table.columns}
    assert {name for name in columns if forbidden.search(name.split(".")[1])} <= allowed
