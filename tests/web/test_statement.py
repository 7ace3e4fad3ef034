"""The statement in pages: nothing is left out, nothing twice, and no address counts bookings."""

import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
from tests import make
from tests.web.conftest import Browser, Street


def test_earlier_lines_are_reached_by_the_name_of_the_last_one(
    street: Street, ground: Session, phone_of: Callable[[str], Browser]
):
    person = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    for _ in range(25):
        make.points(ground, person, 1)
    ground.commit()
    phone = phone_of(street.volunteer)
    first = phone.get("/my/points").text
    earlier = re.search(r'href="(/my/points\?before=[^"]+)"', first)
    assert earlier
    assert re.fullmatch(r"/my/points\?before=opening/opening:\d+", earlier[1])
    second = phone.get(earlier[1]).text
    lines = r'href="/my/points/([a-z]+/[^"?]+)"'
    shown, rest = re.findall(lines, first), re.findall(lines, second)
    assert len(shown) == 20
    assert rest
    assert not set(shown) & set(rest)


def test_another_persons_line_is_no_place_to_go_on_from(street: Street, phone_of: Callable[[str], Browser]):
    other = phone_of(street.leader)
    assert other.get(f"/my/points?before={street.line}").status_code == 404
    assert other.get("/my/points?before=7").status_code == 404
