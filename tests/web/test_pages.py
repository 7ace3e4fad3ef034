"""What holds for every page: walked, with real things in the addresses."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.house.test_low_burden import ASKED_NOWHERE
from tests.web import addresses
from tests.web.conftest import Browser, Street

RANKING = ("排名", "排行", "榜单", "leaderboard", "ranking list", "top 10")


Page = tuple[str, str, str]
"""A page: its endpoint, its address, its text."""


@pytest.fixture(scope="module")
def walked() -> dict[str, list[Page]]:
    """The pages of each kind of database that were walked already."""
    return {}


@pytest.fixture
def pages(request: pytest.FixtureRequest, engine: Engine, walked: dict[str, list[Page]]) -> list[Page]:
    """Every page, as everybody whom it is for sees it."""
    if engine.dialect.name not in walked:
        ground, street, browser = map(request.getfixturevalue, ("ground", "street", "browser"))
        walked[engine.dialect.name] = list(walk(ground, street, browser))
    return walked[engine.dialect.name]


def walk(ground: Session, street: Street, browser: Callable[[], Browser]) -> Iterator[Page]:
    for audience, listed in addresses.AUDIENCES.items():
        who = browser().hold(addresses.visit(ground, audience, street))
        ground.commit()
        for endpoint, address in listed(street).items():
            answer = who.get(address)
            assert answer.status_code < 500, address
            if answer.status_code < 300 or answer.status_code >= 400:
                yield endpoint, address, answer.text
    yield "-", "/nothing/here", browser().get("/nothing/here").text


def test_no_page_is_left_out(app: Flask, street: Street):
    listed = {endpoint for audience in addresses.EVERYTHING for endpoint in audience(street)}
    listed -= addresses.guardian(street).keys()  # the same pages once more, for a child
    there = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in ("public", "volunteer", "staff") and "GET" in (rule.methods or ())
    }
    assert listed == there - addresses.APART


def test_the_pages_are_the_pages(ground: Session, street: Street, browser: Callable[[], Browser]):
    for audience in addresses.AUDIENCES.keys() - {"public"}:
        who = browser().hold(addresses.visit(ground, audience, street))
        ground.commit()
        for endpoint, address in addresses.AUDIENCES[audience](street).items():
            if endpoint != "volunteer.scan":
                assert who.get(address).status_code == 200, address


def test_every_page_links_complaints_and_privacy(pages: list[Page]):
    for endpoint, address, text in pages:
        if endpoint not in addresses.PIECES:
            assert 'href="/complaints"' in text, address
            assert 'href="/privacy"' in text, address


def test_no_page_has_inline_style_or_handlers(pages: list[Page]):
    for _, address, text in pages:
        assert not re.search(r"<[^>]+\sstyle\s*=", text), address
        assert "<style" not in text, address
        assert not re.search(r"<[^>]+\son[a-z]+\s*=", text), address
        assert "javascript:" not in text, address
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or "nonce=" in script, address


def test_no_page_asks_another_host(pages: list[Page]):
    for _, address, text in pages:
        for found in re.findall(r'(?:src|href|action|data-now|content)="((?:https?:)?//[^"]+)"', text):
            raise AssertionError(f"{address} leads to {found}")


def test_no_form_takes_an_image_or_a_location(app: Flask, pages: list[Page]):
    for endpoint, address, text in pages:
        if endpoint != "staff.list_in":  # a list that replaces typing: the office's one file
            assert 'type="file"' not in text, address
            assert "multipart/form-data" not in text, address
        assert "geolocation" not in text, address
        names = re.findall(r'\sname="([^"]+)"', text)
        assert not [name for name in names if ASKED_NOWHERE.search(name) or name == "location"], address


def test_no_route_names_an_image_or_a_location(app: Flask):
    for rule in app.url_map.iter_rules():
        assert not re.search(r"photo|image|upload|locat|gps|face", rule.rule), rule.rule


def test_no_page_ranks_anybody(pages: list[Page]):
    for _, address, text in pages:
        assert not [word for word in RANKING if word in text.lower()], address


def test_every_input_has_a_label(pages: list[Page]):
    for _, address, text in pages:
        for field in re.findall(r"<(?:input|select|textarea)[^>]*>", text):
            if 'type="hidden"' in field or 'type="checkbox"' in field or 'type="radio"' in field:
                continue
            name = re.search(r'\sid="([^"]+)"', field)
            assert name, (address, field)
            assert f'for="{name[1]}"' in text, (address, field)


def test_no_page_is_heavy(app: Flask, pages: list[Page], browser: Callable[[], Browser]):
    weights: dict[str, int] = {}
    imported: dict[str, list[str]] = {}
    reader = browser()
    for _, address, text in pages:
        total = len(text.encode())
        loaded = list(set(re.findall(r'(?:src|href)="(/static/[^"#]+)', text)))
        for asset in loaded:  # and on, while modules import others
            if asset not in weights:
                answer = reader.get(asset)
                assert answer.status_code == 200, asset
                weights[asset], imported[asset] = len(answer.data), []
                if asset.endswith(".js"):
                    found = re.findall(r'^import .*from "(.*)";$', answer.text, re.MULTILINE)
                    imported[asset] = [urljoin(asset, path) for path in found]
                answer.close()
            total += weights[asset]
            loaded += [one for one in imported[asset] if one not in loaded]
        assert total < 200_000, (address, total)


def test_static_files_are_kept_for_good_under_the_address_of_what_they_hold(browser: Callable[[], Browser]):
    stranger = browser()
    page = stranger.get("/sign-in").text
    style = re.search(r'href="(/static/theme\.css\?v=[0-9a-f]{12})"', page)
    script = re.search(r'src="(/static/[0-9a-f]{12}/js/every-page\.js)"', page)
    assert style
    assert script
    for asked, kept in (
        (style[1], True),
        ("/static/theme.css", False),
        ("/static/theme.css?v=0123", False),
        (script[1], True),
        ("/static/0123/js/every-page.js", False),
    ):
        answer = stranger.get(asked)
        answer.close()
        assert answer.status_code == 200
        assert ("immutable" in answer.headers["Cache-Control"]) is kept, asked


def test_every_answer_has_the_policy_and_its_companions(
    street: Street, browser: Callable[[], Browser], phone_of: Callable[[str], Browser]
):
    stranger, phone = browser(), phone_of(street.volunteer)
    for who, address in ((stranger, "/"), (stranger, "/nothing"), (phone, "/my/"), (stranger, "/static/theme.css")):
        answer = who.get(address)
        answer.close()
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "style-src 'self';" in policy
        assert "unsafe-inline" not in policy
        assert re.search(r"script-src 'self' 'nonce-[\w-]+' 'wasm-unsafe-eval'", policy)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert stranger.get("/").headers["Content-Security-Policy"] != stranger.get("/").headers["Content-Security-Policy"]
