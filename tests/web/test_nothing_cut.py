"""Lists longer than a page: with more than two hundred rows of each, every row is reached and the count is said."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.foundation.actors import SYSTEM
from points.help import feedback
from points.people import duplicates
from points.people.tables import Volunteer
from points.rewards import adjustments
from points.service import records
from tests import make
from tests.web.conftest import Browser, Street, on_one_line

MANY = 210


def pages_of(browser: Browser, address: str) -> Iterator[str]:
    """Every page of a list, as its links lead from one to the next."""
    page = 1
    while True:
        text = on_one_line(browser.get(f"{address}{'&' if '?' in address else '?'}page={page}").text)
        yield text
        page += 1
        if f"page={page}" not in text:
            return


def test_what_waits_is_counted_and_turned_over(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    proposer, decider, admin = make.street_admin(ground), make.street_admin(ground), staff_pc("street_admin")
    cases = [f"第{number:03}件更正，重复计分" for number in range(MANY)]
    for reason in cases:
        adjustments.propose(ground, volunteer=street.volunteer, points=-1, reason=reason, by=proposer, at=make.NOW)
    ground.commit()
    first = on_one_line(admin.get("/staff/waiting").text)
    assert f"All of them ({MANY})" in first
    assert sum(reason in first for reason in cases) == 100
    shown = list(pages_of(admin, "/staff/waiting/all/adjustments"))
    assert len(shown) == 3
    assert all(any(reason in page for page in shown) for reason in cases)
    assert f"Page 2 of 3, {MANY} rows" in shown[1]
    assert admin.get("/staff/waiting/all/nothing").status_code == 404
    page = admin.get("/staff/adjustments").text
    assert all(reason in page for reason in cases)
    for case in adjustments.waiting(ground, by=decider)[:51]:
        adjustments.decide(ground, adjustment=case.code, approve=False, by=decider, at=make.NOW)
    ground.commit()
    shown = list(pages_of(admin, "/staff/adjustments"))
    assert len(shown) == 2
    assert all(any(reason in page for page in shown) for reason in cases)


def test_messages_are_turned_over(
    street: Street, ground: Session, staff_pc: Callable[..., Browser], phone_of: Callable[[str], Browser]
):
    person = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    by, admin = make.volunteer_actor(ground, person), staff_pc("community_admin", "BZ")
    texts = [f"第{number:03}条建议，请多开窗口" for number in range(MANY)]
    for text in texts:
        feedback.write(ground, kind="suggestion", text=text, area="BZ", by=by, at=make.NOW)
    ground.commit()
    mine = phone_of(street.volunteer).get("/complaints").text
    waiting = admin.get("/staff/feedback").text
    assert all(text in waiting for text in texts)
    assert all(text in mine for text in texts)
    for item in feedback.inbox(ground, by=SYSTEM, at=make.NOW):
        feedback.reply(ground, number=item.feedback.number, text="已经安排。", by=SYSTEM, at=make.NOW)
    ground.commit()
    shown = list(pages_of(admin, "/staff/feedback"))
    assert len(shown) == 11
    assert all(any(text in page for page in shown) for text in texts)


def test_ones_own_records_are_turned_over(street: Street, ground: Session, phone_of: Callable[[str], Browser]):
    for number in range(MANY):
        records.transfer_in(
            ground,
            volunteer=street.volunteer,
            minutes=60,
            day=make.TODAY - timedelta(days=number),
            organiser="市图书馆",
            by=SYSTEM,
            at=make.NOW,
        )
    ground.commit()
    mine = phone_of(street.volunteer)
    shown = list(pages_of(mine, "/my/records"))
    assert len(shown) == 5
    assert sum(page.count("Brought over from another organisation") for page in shown) == MANY


def test_pairs_are_turned_over(street: Street, ground: Session):
    for number in range(21):
        make.volunteer(ground, name="张立春", birth_date=make.ADULT_BORN, phone=f"1880000{number:04d}")
    found = duplicates.pairs(ground, by=SYSTEM)
    assert (found.count >= MANY, len(found.pairs), found.whole) == (True, 50, True)
    rest = [
        pair for start in range(0, found.count, 50) for pair in duplicates.pairs(ground, by=SYSTEM, offset=start).pairs
    ]
    assert len({(pair.one.id, pair.other.id) for pair in rest}) == found.count


def test_exchanges_are_turned_over(
    street: Street, ground: Session, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    person = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    make.points(ground, person, 5000)
    item = make.item(ground, "G09", name="肥皂", price=1, ref_value_fen=30)
    make.stocked(ground, item, 30)
    clerk = make.clerk(ground)
    codes = [
        redemption.redeem(
            ground,
            basket=Basket(volunteer=person.code, lines=[Line(item="G09", qty=1)], station="NLJ-1", key=f"key-{number}"),
            identity=Identity(check="pin"),
            by=clerk,
            at=make.NOW,
        ).code
        for number in range(25)
    ]
    ground.commit()
    for browser, address in (
        (phone_of(person.code), "/my/goods"),
        (staff_pc("street_admin"), f"/staff/people/{person.code}"),
    ):
        shown = list(pages_of(browser, address))
        assert all(any(code in page for page in shown) for code in codes)
