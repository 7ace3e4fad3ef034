"""What is promised under /privacy: 15 days after somebody left, nothing in the whole database names them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import proof, schema
from points.access import accounts, sign_ins
from points.access.identity import Identity, IdentityCheck
from points.exchange import redemption
from points.exchange.redemption import Basket, Line, Proxy
from points.foundation.actors import SYSTEM
from points.help import feedback
from points.journal import idempotency
from points.journal.idempotency import Answer, Asked
from points.people import volunteers
from points.people.tables import Volunteer
from points.registry import forgetting, leaving
from points.rewards import settlement
from points.service import activities, records, signups
from points.upkeep import sweep
from tests import make

NAME, PHONE, BORN = "欧阳芒种", "13877776666", date(1981, 2, 17)
KEEPS = forgetting.REMOVED_AFTER


def everything(session: Session) -> Iterator[tuple[str, str]]:
    """Every value of every table that could name somebody, as text, with its column."""
    session.expire_all()
    for table in schema.metadata.sorted_tables:
        for row in session.execute(select(table)):
            for column, value in row._mapping.items():
                if isinstance(value, bytes):
                    yield f"{table.name}.{column}", value.decode(errors="replace")
                elif value is not None and not isinstance(value, (bool, int)):
                    yield f"{table.name}.{column}", str(value)


def naming(session: Session) -> set[str]:
    """The columns in which the person's name, phone, birth date, initials or address still stand."""
    words = (NAME, "oymz", PHONE, BORN.isoformat(), "三栋二单元", "王家属", "4300-5678", "HN-981")
    return {column for column, value in everything(session) if any(word in value for word in words)}


def lived(session: Session) -> Volunteer:
    """Somebody who did a little of everything, and left."""
    person = make.volunteer(
        session,
        name=NAME,
        phone=PHONE,
        birth_date=BORN,
        pin=True,
        residence_text="三栋二单元",
        emergency_contact="王家属 13800001234",
        national_volunteer_no="HN-981",
        neighbour_group="BZ-1-1-1",
    )
    me = make.volunteer_actor(session, person)
    volunteers.add_skill(
        session, volunteer=person.code, skill="理发", qualification_no_last4="4300-5678", by=SYSTEM, at=make.NOW
    )
    make.card(session, person)
    sign_ins.sign_in_volunteer(session, who=PHONE, pin="730514", agent=f"phone of {NAME}", at=make.NOW)
    team = make.team(session, members=[person])
    activity = make.activity(
        session, team=team, start=make.NOW - timedelta(days=1), contact_name=NAME, contact_phone=PHONE
    )
    signups.sign_up(
        session, activity=activity.code, volunteer=person.code, by=me, at=activity.start_at - timedelta(hours=3)
    )
    activities.advance(session, at=activity.start_at)
    session.expire_all()
    make.scanned(session, activity, person, "in", at=activity.start_at)
    make.scanned(session, activity, person, "out", at=activity.end_at)
    activities.advance(session, at=make.NOW)
    session.expire_all()
    settlement.settle(session, activity=activity.code, by=SYSTEM, at=make.NOW)
    make.stocked(session, make.item(session))
    other = make.volunteer(session)
    make.points(session, other, 100)
    for redeemer, proxy in ((person, "李代领"), (other, NAME)):
        redemption.redeem(
            session,
            basket=Basket(volunteer=redeemer.code, station="NLJ-1", lines=(Line("G02", 1),), key=f"k-{redeemer.code}"),
            identity=Identity(IdentityCheck.PIN),
            proxy=Proxy(proxy, "邻居"),
            by=make.clerk(session),
            at=make.NOW,
        )
    feedback.write(session, kind="suggestion", text="多开一个窗口。", area="BZ", contact=PHONE, by=me, at=make.NOW)
    make.staff(session, role="community_admin", volunteer=person, login="left-since")
    accounts.disable(session, login="left-since", reason="离职", by=SYSTEM, at=make.NOW)
    answered = Answer(201, f'{{"code": "{person.code}", "name": "{NAME}", "phone": "{PHONE}"}}'.encode())
    idempotency.remember(session, Asked("clerk", "POST /volunteers", "k", "f"), answered, at=make.NOW)
    return person


def test_fifteen_days_after_leaving_nothing_names_the_person(session: Session) -> None:
    person = lived(session)
    assert naming(session) >= {"volunteer.name", "volunteer.phone", "volunteer.birth_date", "idempotency_key.answer"}
    minutes, code = records.total_minutes(session, person.id), person.code
    leaving.leave(
        session, volunteer=code, reason="搬走了", by=SYSTEM, at=make.NOW, chosen=leaving.wishes(points="waive")
    )
    assert forgetting.forget_left(session, at=make.NOW + KEEPS - timedelta(minutes=1)) == 0
    assert "volunteer.name" in naming(session)
    assert forgetting.forget_left(session, at=make.NOW + KEEPS) == 1
    assert naming(session) == set()
    assert forgetting.forget_left(session, at=make.NOW + KEEPS) == 0
    kept = session.scalars(select(Volunteer).where(Volunteer.code == code)).one()
    assert (kept.status, records.total_minutes(session, kept.id)) == ("anonymised", minutes)
    assert minutes == 120
    assert not list(proof.check(session, at=make.NOW + KEEPS))


def test_the_sweep_forgets_once_a_day(session: Session) -> None:
    person = make.volunteer(session, name=NAME)
    leaving.leave(session, volunteer=person.code, reason="搬走了", by=SYSTEM, at=make.NOW)

    @contextmanager
    def transaction() -> Iterator[Session]:
        yield session

    assert sweep.run(transaction, at=make.NOW + KEEPS)["forget_left"] == 1
    assert "volunteer.name" not in naming(session)


@pytest.mark.parametrize(
    ("used_up", "forgotten_after"),
    [(False, leaving.POINTS_KEPT + KEEPS + timedelta(days=1)), (True, KEEPS)],
)
def test_who_uses_up_points_is_known_until_they_are_gone_and_fifteen_days_more_at_most(
    session: Session, used_up: bool, forgotten_after: timedelta
) -> None:
    person = make.volunteer(session, name=NAME, pin=True)
    make.points(session, person, 20)
    make.stocked(session, make.item(session))
    leaving.leave(
        session, volunteer=person.code, reason="搬走了", by=SYSTEM, at=make.NOW, chosen=leaving.wishes(points="use")
    )
    if used_up:
        redemption.redeem(
            session,
            basket=Basket(volunteer=person.code, station="NLJ-1", lines=(Line("G02", 1),), key="the-last"),
            identity=Identity(IdentityCheck.PIN),
            by=make.clerk(session),
            at=make.NOW + timedelta(days=2),
        )
    assert forgetting.forget_left(session, at=make.NOW + forgotten_after - timedelta(days=1)) == 0
    assert forgetting.forget_left(session, at=make.NOW + forgotten_after) == 1
    assert "volunteer.name" not in naming(session)


def test_numbers_merged_into_the_person_and_a_childs_guardian_are_forgotten_with_them(session: Session) -> None:
    child = make.minor(session, name=NAME, birth_date=date(2012, 2, 17))
    leaving.leave(session, volunteer=child.code, reason="搬走了", by=SYSTEM, at=make.NOW)
    forgetting.forget_left(session, at=make.NOW + KEEPS)
    assert not [column for column, value in everything(session) if "钱家长" in value or "13900000001" in value]


def test_who_is_there_or_was_merged_is_not_forgotten(session: Session) -> None:
    make.volunteer(session, name=NAME)
    assert forgetting.forget_left(session, at=make.NOW + timedelta(days=400)) == 0
    assert "volunteer.name" in naming(session)
