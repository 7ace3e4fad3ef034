"""What a page weighs where it holds the most: bytes are the same on every machine."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM
from points.people import cards, volunteers
from points.people.volunteers import Newcomer
from points.service import checkin
from points.service.checkin import ScanRequest
from tests import make
from tests.web.conftest import Browser

MOST = 200 * 1024
PEOPLE = 500


def test_the_roster_of_five_hundred_weighs_no_more_than_any_page(ground: Session, staff_pc: Callable[..., Browser]):
    """All of them came along and are there, so that every row is a long one."""
    activity = make.activity(ground, start=make.NOW - timedelta(minutes=5), capacity=PEOPLE)
    people = {
        number: Newcomer(
            name="阿卜杜" + chr(0x4E00 + number),
            birth_date=date(1960, 1, 1),
            community="BZ",
            consents=make.CONSENTS,
            paper_ref=f"B-{number}",
            phone=f"198{number:08d}",
        )
        for number in range(PEOPLE)
    }
    by = make.street_admin(ground)
    for code in volunteers.enrol(ground, people=people, by=SYSTEM, at=make.NOW):
        tick = ScanRequest(activity=activity.code, volunteer=code, direction="in", nonce=code, force=True)
        checkin.roster_tick(ground, tick, by=by, at=make.NOW)
    cards.issue_missing(ground, community="BZ", by=SYSTEM, at=make.NOW)
    page = staff_pc("street_admin").get(f"/staff/activities/{activity.code}/roster")
    assert page.text.count('name="tick"') == PEOPLE
    assert len(page.data) < MOST


def test_how_a_template_is_laid_out_is_not_sent(ground: Session, staff_pc: Callable[..., Browser]):
    pc = staff_pc("street_admin")
    for address in ("/", "/rules", "/staff/", "/staff/figures"):
        assert "\n     " not in pc.get(address).text, address  # a blank for each component within another
