"""My points as a story: every line in words, out of the explanation of its award."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from points.rewards import rules
from points.rewards.earning import Award
from points.rewards.rules import PointRules, Service
from points.web.volunteer import stories
from tests.web.conftest import Browser, Street

KINDS = {"elderly_disabled": "助老助残", "environment": "环境卫生"}


def told(app: Flask, service: Service, *, sequence: int = 1, **params: object) -> str:
    answer = rules.day_points([service], rules=PointRules(**params))[0]
    award = Award(local_date=date(2026, 5, 9), sequence=sequence, points=answer.points, explanation=answer.explanation)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        return stories.of_award(award, KINDS)


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
    assert "until " in page
    assert "120 minutes" not in phone_of(street.leader).get("/my/points").text
