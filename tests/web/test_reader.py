"""The reader's choices: language and large print; and what is vendored is what was vendored."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

import points.web
from tests import make
from tests.web.conftest import Browser, Street

VENDOR = Path(points.web.__file__).parent / "static/vendor"


def test_the_language_is_chosen_and_kept(street: Street, browser: Callable[[], Browser]):
    reader = browser()
    assert "投诉建议" not in reader.get("/").text
    reader.post("/language", to="zh_CN", back="/privacy")
    page = reader.get("/privacy").text
    assert "投诉建议" in page
    assert 'lang="zh-' in page
    reader.post("/language", to="tlh")
    assert "投诉建议" in reader.get("/").text


def test_a_chinese_page_has_no_english_sentence_left(street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.volunteer)
    phone.post("/language", to="zh_CN")
    assert "我能换什么？" in phone.get("/my/goods").text
    refused = phone.post("/my/goods", station="NLJ-1", key="too-many-at-once", **{"qty-G02": "4"})
    assert "每人每月限 4 份" in refused.text


def test_large_print_is_one_tap_and_kept(street: Street, browser: Callable[[], Browser]):
    reader = browser()
    assert 'class="elder"' not in reader.get("/").text
    assert reader.post("/elder", on="1", back="/rules").location == "/rules"
    assert 'class="elder"' in reader.get("/rules").text
    reader.post("/elder", on="", back="/")
    assert 'class="elder"' not in reader.get("/").text


def test_every_page_says_that_the_people_are_invented(app: Flask, ground: Session, browser: Callable[[], Browser]):
    app.extensions.pop("points_pages", None)
    assert "Demonstration data" not in browser().get("/").text
    make.volunteer(ground, is_demo=True)
    ground.commit()
    app.extensions.pop("points_pages", None)
    for address in ("/", "/privacy", "/nothing", "/sign-in"):
        assert "Demonstration data" in browser().get(address).text
    app.extensions.pop("points_pages", None)


def test_the_vendored_files_are_those_that_were_looked_at():
    listed = json.loads((VENDOR / "VENDOR.json").read_text())
    assert {folder.name for folder in VENDOR.iterdir() if folder.is_dir()} == set(listed)
    for folder, facts in listed.items():
        there = {
            file.relative_to(VENDOR / folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in (VENDOR / folder).rglob("*")
            if file.is_file()
        }
        assert there == facts["files"], folder
        assert any(name.upper().startswith("LICEN") for name in there), folder


def test_a_fault_is_a_page_with_a_reference(app: Flask, street: Street, browser: Callable[[], Browser], monkeypatch):
    from points.web.public import home

    def broken(*_: object) -> None:
        raise RuntimeError("the insides")

    monkeypatch.setattr(home.stations, "doors", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    try:
        answer = browser().get("/stations/NLJ-1")
    finally:
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "the insides" not in answer.text
    number = answer.headers["X-Request-ID"]
    assert f">{number[-8:]}<" in answer.text
    assert number not in answer.text, "nobody can tell so long a number on the phone"
    assert 'href="/complaints"' in answer.text


def test_who_was_registered_with_large_print_gets_it_at_sign_in(
    ground: Session, street: Street, browser: Callable[[], Browser]
):
    elder = make.elder(ground, pin=True)
    ground.commit()
    phone = browser()
    phone.post("/sign-in", who=elder.code, pin="730514")
    assert 'class="elder"' in phone.get("/my/").text


def test_a_word_that_stands_in_a_template_is_read_in_the_readers_language(app: Flask) -> None:
    template = app.jinja_env.from_string('{{ "register" | words("consent") }}')
    with app.test_request_context(headers={"Cookie": "points_locale=zh_CN"}):
        chinese = template.render()
    with app.test_request_context(headers={"Cookie": "points_locale=en"}):
        english = template.render()
    assert (chinese, english) == ("保存我的信息，用来记录服务", "Keep my data to record my service")
