"""Leaving: the end of a person's part, asked of every room at once (domain §3.9).

What is coming is freed – places, goods set aside, teams, units, the household, a child's guardian, card, sign-ins and
phone – and what was done stays: hours, records, exchanges.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Unpack

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from points import ledger
from points.access import sign_ins
from points.exchange import redemption
from points.exchange.statuses import RedemptionStatus
from points.exchange.tables import Redemption
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.journal import audit
from points.people import cards, guardians, households, persons, teams, units, volunteers, wards
from points.people.tables import Household, Team, Volunteer
from points.service import signups
from points.service.statuses import StayStatus
from points.service.tables import Stay

# --- what there is


@dataclass(frozen=True)
class Ties:
    """What a person has that ends when they leave; `points` are those to spend and those set aside for goods."""

    places: list[str]
    reservations: list[str]
    teams: list[Team]
    leads: list[Team]
    units: list[str]
    household: Household | None
    children: list[Volunteer]
    points: int


# --- what is refused


@dataclass(eq=False)
class PointsLeft(Conflict):
    """There are points, and nobody said that they are given up."""

    code = "points-left"
    title = N_("There are points left")
    detail = N_("%(volunteer)s still has %(points)d points that can be exchanged.")
    next_step = N_("Exchange them at the station first, or say that they are given up.")
    volunteer: str
    points: int


@dataclass(eq=False)
class StillInside(Conflict):
    """The person is checked in somewhere, and their hours would be lost."""

    code = "leaving-checked-in"
    title = N_("Check out first")
    detail = N_("%(volunteer)s is checked in at the moment.")
    next_step = N_("Check out at the activity, then leave.")
    volunteer: str


# --- what happens


def leave(
    session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime, waive_points: bool = False
) -> Volunteer:
    """End a person's part, by themselves, their guardian or the office: what was theirs to come is others' again.

    Waiting lists move up, reservations go back to their lots and batches, and the phone can register anew.
    Points that are left are given up by `waive_points`: nobody can spend them any more, and they expire on their day.

    Raises NoSuch, NotPermitted, NotInState, LeaderStays, StillInside or PointsLeft, and then nothing changed.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "volunteer.suspend", by=by, at=at)
    code, before, ends = person.code, person.status, _who_ends(by)
    if before not in volunteers.PRESENT:
        raise volunteers.NotInState(volunteer=code, status=before)
    held = ties(session, person, at=at)
    if held.leads:
        raise teams.LeaderStays(volunteer=code)
    if session.scalar(select(exists().where(Stay.volunteer_id == person.id, Stay.status == StayStatus.OPEN))):
        raise StillInside(volunteer=code)
    if held.points and not waive_points:
        raise PointsLeft(volunteer=code, points=held.points)
    for reservation in held.reservations:
        redemption.cancel(session, redemption=reservation, by=ends, at=at)
    for place in held.places:
        signups.cancel(session, activity=place, volunteer=code, by=ends, at=at, reason=reason)
    for team in held.teams:
        teams.leave(session, team=team.code, volunteer=code, by=ends, at=at)
    for kind in held.units:
        units.end_report_in(session, volunteer=code, kind=kind, by=ends, at=at)
    if held.household is not None:
        households.leave(session, volunteer=code, by=ends, at=at)
    elif households.asked(session, person.id) is not None:
        households.take_back(session, volunteer=code, by=ends, at=at)
    for child in held.children:
        guardians.part(session, minor=child.code, guardian_id=person.id, by=ends, at=at)
    cards.revoke(session, volunteer=code, reason="", by=ends, at=at)
    sign_ins.revoke_all(session, volunteer=code, by=ends, at=at)
    volunteers.close(session, volunteer=code, reason=reason, by=ends, at=at)
    facts = {"from": before, "points": held.points, "places": len(held.places), "reservations": len(held.reservations)}
    _note(session, person, "volunteer.leave", by=by, role=role, at=at, reason=reason, facts=facts)
    return person


# --- what can be asked


def ties(session: Session, person: Volunteer, *, at: datetime) -> Ties:
    """What ends when this person leaves, each in the order in which it is locked."""
    day = clock.local_date(at)
    balance = ledger.balance(session, person.id, day=day)
    member_of = [team for _, team in teams.mine(session, volunteer_id=person.id)]
    return Ties(
        places=signups.coming(session, volunteer_id=person.id, at=at),
        reservations=list(
            session.scalars(
                select(Redemption.code)
                .where(Redemption.redeemer_id == person.id, Redemption.status == RedemptionStatus.RESERVED)
                .order_by(Redemption.id)
            )
        ),
        teams=[team for team in member_of if team.leader_id != person.id],
        leads=[team for team in member_of if team.leader_id == person.id],
        units=[report.kind for report in units.active_for(session, person.id)],
        household=households.of(session, person.id),
        children=wards.children(session, volunteer_id=person.id, day=day),
        points=balance.spendable + balance.held,
    )


def _who_ends(by: Actor) -> Actor:
    """Whoever may end a person's part may end it in every room, under their own name, whatever they may do there."""
    return replace(by, omnipotent=True)


def _note(session: Session, person: Volunteer, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"volunteer:{person.code}", area_path=person.area_path, **act)
