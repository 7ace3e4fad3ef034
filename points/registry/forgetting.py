"""What names somebody who has left is removed within 15 days (domain §3.9); what they did stays, under their number.

Whoever leaves and uses up points is known at the counter until these are gone, at most 30 days: the account is closed
in full when nothing is left to hand over, and the 15 days begin then. So both periods hold, one after the other.
What others keep of them stays where the law asks for it: who led an activity stands in the records of those who came.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session

from points.access import accounts, sign_ins
from points.exchange import redemption
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.help import feedback
from points.journal import audit, idempotency
from points.ledger.tables import PointAccount
from points.people import households, volunteers
from points.people.tables import HouseholdMember, MergedNumber, Volunteer
from points.service import activities

REMOVED_AFTER = timedelta(days=14)
"""A day less than the 15 that are promised, so that a sweep that comes late is still in time."""

# --- what happens


def forget_left(session: Session, *, at: datetime) -> int:
    """Remove what names those who left long enough ago; how many they are. Said again, nobody. Part of the sweep."""
    day = clock.local_date(at)
    for person in session.scalars(select(Volunteer).where(*_ended_points(day)).order_by(Volunteer.id)):
        if households.of(session, person.id) is not None:
            households.leave(session, volunteer=person.code, by=SYSTEM, at=at)
        person.pin_hash = None
    session.flush()
    due = session.scalars(select(Volunteer).where(_due(at, day)).order_by(Volunteer.id).with_for_update()).all()
    for person in due:
        if households.of(session, person.id) is not None:
            households.leave(session, volunteer=person.code, by=SYSTEM, at=at)
        for one in (person, *_merged_into(session, person)):
            _forget(session, one)
            action, target = "volunteer.anonymise", f"volunteer:{one.code}"
            audit.write(session, by=SYSTEM, role="system", action=action, target=target, at=at, area_path=one.area_path)
    return len(due)


def _forget(session: Session, person: Volunteer) -> None:
    """The rooms that keep something of a person's own remove it; the row stays under the number."""
    redemption.forget_proxies(session, volunteer_id=person.id, name=person.name)
    activities.forget_contact(session, volunteer_id=person.id)
    feedback.forget_writer(session, volunteer_id=person.id)
    sign_ins.forget(session, volunteer_id=person.id)
    accounts.forget_name(session, volunteer_id=person.id)
    idempotency.forget_about(session, word=person.code)
    volunteers.anonymise(session, person)


# --- what can be asked


def _ended_points(day: date) -> tuple[ColumnElement[bool], ...]:
    """Who has left and whose time to use up points is over, while their PIN or membership is still there."""
    member = select(literal(1)).where(HouseholdMember.volunteer_id == Volunteer.id, HouseholdMember.left_at.is_(None))
    still = or_(Volunteer.pin_hash.is_not(None), member.exists())
    return Volunteer.status == "closed", Volunteer.points_until < day, still


def _due(at: datetime, day: date) -> ColumnElement[bool]:
    """Who left so long ago, and has no points any more that could be used up, or no time for it."""
    left = Volunteer.closed_at <= at - REMOVED_AFTER
    has_points = (
        select(literal(1))
        .where(PointAccount.volunteer_id == Volunteer.id, PointAccount.balance + PointAccount.held > 0)
        .exists()
    )
    nothing_to_use = Volunteer.points_until.is_(None) | ~has_points
    time_is_over = Volunteer.points_until < day - REMOVED_AFTER
    gone = Volunteer.id.in_(select(MergedNumber.gone_id))
    return (Volunteer.status == "closed") & left & or_(nothing_to_use, time_is_over) & ~gone


def _merged_into(session: Session, person: Volunteer) -> Sequence[Volunteer]:
    """The numbers that were this person's before they were one."""
    gone = select(MergedNumber.gone_id).where(MergedNumber.kept_id == person.id)
    return session.scalars(select(Volunteer).where(Volunteer.id.in_(gone)).order_by(Volunteer.id)).all()
