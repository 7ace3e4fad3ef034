"""My points as a story: every line in words, out of the explanation of its award."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from points.rewards import rules
from points.rewards.rules import PointRules, Service
from points.rewards.tables import Award
from points.web.volunteer import stories
from tests.web.conftest import Browser, Street

KINDS = {"elderly_disabled": "助老助残", "environment": "环境卫生"}


def told(app: Flask, service: Service, *, sequence: int = 1, **params: object) -> str:
    answer = rules.day_points([service], rules=PointRules(**params))[0]
    award = Award(local_date=date(2026, 5, 9), sequence=sequence, points=answer.points, explanation=answer.explanation)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        return stories.of_award(award, KINDS[service.category])


def service(category: str = "elderly_disabled", minutes: int = 133, **facts: object) -> Service:
    return Service(ref="R", category=category, minutes_credited=minutes, **facts)


@pytest.mark.parametrize(
    ("done", "params", "words"),
    [
        (service(), {}, "助老助残 133 分钟（计 120 分钟） × 1.2"),
        (service("environment", 120), {}, "环境卫生 120 分钟"),
        (service("environment", 120, made_up=True), {"makeup_pct": 50}, "环境卫生 120 分钟 × 0.5 · 补报的"),
        (service("environment", 120), {"activity_cap_points": 15}, "环境卫生 120 分钟 · 一场活动最多 15 分"),
        (service("environment", 120, points_eligible=False), {}, "环境卫生 120 分钟 · 这场活动不记积分"),
    ],
)
def test_a_line_tells_what_became_points(app: Flask, done: Service, params: dict[str, object], words: str):
    assert told(app, done, **params) == f"5月9日 周六 {words}"


def test_a_leaders_bonus_and_a_correction_are_told(app: Flask):
    story = told(app, service("environment", 120, is_leader=True, people_credited=9), sequence=2)
    assert "带队加 " in story
    assert "更正后共 " in story


def test_the_points_page_tells_each_line_and_opens_its_evidence(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    page = phone_of(street.volunteer).get("/my/points").text
    assert "Wed 6 May environment 120 minutes" in page
    assert 'href="/my/points/earn/award:' in page
    assert "expires on " in page
    assert "120 minutes" not in phone_of(street.leader).get("/my/points").text


def test_a_line_opens_to_what_became_of_its_points_and_back(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    spent = phone.get(f"/my/points/{street.line}").text
    assert "\u221220 points" in spent
    assert "能量家1号站" in spent
    came = re.findall(r'href="(/my/points/earn/[^"]+)"', spent)
    assert came
    for address in came:
        earned = phone.get(address).text
        assert "What became of them" in earned
        assert f'href="/my/points/{street.line}"' in earned


def test_goods_out_of_reach_say_how_far_and_lead_to_the_next_activity(
    street: Street, phone_of: Callable[[str], Browser]
):
    page = phone_of(street.leader).get("/my/goods").text
    assert " points to go" in page
    assert " left<" in page
    assert "Nothing is within reach yet" in page
    assert ">Reserve<" not in page


def test_a_reservation_says_where_and_when_to_fetch_it(street: Street, phone_of: Callable[[str], Browser]):
    page = phone_of(street.volunteer).get(f"/my/reservations/{street.reserved}").text
    assert "示例路1号" in page
    assert "The goods wait until" in page


def test_my_records_say_their_grade_in_plain_words_at_first_sight(street: Street, phone_of: Callable[[str], Browser]):
    page = phone_of(street.volunteer).get("/my/records").text
    assert "Grade A: scanned both times" in page
    assert "both times scanned from the screen or by staff" in page
