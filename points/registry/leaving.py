"""Leaving: the end of a person's part, asked of every room at once (domain §3.9).

What is coming is freed – places, goods set aside, teams, units, the household, a child's guardian, card, sign-ins and
phone – and what was done stays: hours, records, exchanges. Points that are left are used up, left to the household or
given up; activities to come that the person leads get another leader or are called off. What names the person is
removed afterwards by `registry.forgetting`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Unpack

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from points import ledger
from points.access import accounts, sign_ins
from points.exchange import redemption
from points.exchange.statuses import RedemptionStatus
from points.exchange.tables import Redemption
from points.foundation import clock, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid
from points.journal import audit
from points.people import cards, guardians, households, persons, teams, units, volunteers, wards
from points.people.tables import Household, Team, Volunteer
from points.service import activities, signups
from points.service.statuses import StayStatus
from points.service.tables import Activity, Stay

POINTS_KEPT = timedelta(days=30)
"""For so long somebody who has left, or their household, uses up what points they had."""

# --- what there is


class Points(StrEnum):
    """What becomes of the points of somebody who leaves."""

    USE = "use"
    POOL = "pool"
    WAIVE = "waive"


@dataclass(frozen=True)
class Wishes:
    """What was decided before leaving: about the points that are left, and about the activities the person leads.

    `successor` is the volunteer code of who leads those activities from now on; `call_off` calls them off instead.
    """

    points: Points | None = None
    successor: str = ""
    call_off: bool = False


@dataclass(frozen=True)
class Ties:
    """What a person has that ends when they leave; `points` are those to spend and those set aside for goods."""

    places: list[str]
    reservations: list[str]
    teams: list[Team]
    leads: list[Team]
    plans: list[Activity]
    units: list[str]
    household: Household | None
    pools: bool
    children: list[Volunteer]
    accounts: list[str]
    points: int

    @property
    def points_may_go(self) -> list[Points]:
        """What may become of the points."""
        return [one for one in Points if one != Points.POOL or self.pools] if self.points else []


# --- what is refused


@dataclass(eq=False)
class PointsLeft(Conflict):
    """There are points, and nobody said what becomes of them."""

    code = "points-left"
    title = N_("There are points left")
    detail = N_("%(volunteer)s still has %(points)d points that can be exchanged.")
    next_step = N_("Choose what becomes of them: used up within 30 days, left to the household, or given up.")
    volunteer: str
    points: int


@dataclass(eq=False)
class NoPool(Invalid):
    """The points cannot go to a household that shares none."""

    code = "no-pool"
    title = N_("There is no household that shares points")
    detail = N_("%(volunteer)s is in no household with which points are shared.")
    next_step = N_("Choose to use the points up or to give them up.")
    field = "points"
    volunteer: str


@dataclass(eq=False)
class LeadsActivities(Conflict):
    """The person leads activities to come, and nobody said who leads them now."""

    code = "leads-activities"
    title = N_("Somebody else must lead first")
    detail = N_("%(volunteer)s leads %(count)d activities that are still to come.")
    next_step = N_("Name who leads them from now on, or have them called off.")
    volunteer: str
    count: int


@dataclass(eq=False)
class HasAccount(Conflict):
    """The person works here with a staff sign-in that is in use."""

    code = "has-account"
    title = N_("There is a staff sign-in")
    detail = N_("%(volunteer)s still works here with the sign-in %(login)s.")
    next_step = N_("Let the street office close that sign-in first.")
    volunteer: str
    login: str


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
    session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime, chosen: Wishes | None = None
) -> Volunteer:
    """End a person's part, by themselves, their guardian or the office: what was theirs to come is others' again.

    Waiting lists move up, reservations go back to their lots and batches, and the phone can register anew. Points that
    are left are used up at the counter within 30 days, or by the household, or given up: then nobody can spend them
    any more, and they expire on their day.

    Raises NoSuch, NotPermitted, NotInState, LeaderStays, LeadsActivities, HasAccount, StillInside, PointsLeft or
    NoPool, and then nothing changed.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "volunteer.suspend", by=by, at=at)
    chosen = chosen or Wishes()
    held = ties(session, person, at=at)
    _refuse_unready(session, person, held, chosen)
    code, before, oneself = person.code, person.status, _as_the_person(person, by)
    for reservation in held.reservations:
        redemption.cancel(session, redemption=reservation, by=oneself, at=at)
    for plan in held.plans:
        if chosen.successor:
            activities.hand_over(session, activity=plan.code, leader=chosen.successor, by=oneself, at=at)
        else:
            activities.cancel(session, activity=plan.code, reason=reason or "–", by=oneself, at=at)
    for place in held.places:
        signups.cancel(session, activity=place, volunteer=code, by=oneself, at=at, reason=reason)
    for team in held.teams:
        teams.leave(session, team=team.code, volunteer=code, by=oneself, at=at)
    for kind in held.units:
        units.end_report_in(session, volunteer=code, kind=kind, by=oneself, at=at)
    kept = chosen.points if held.points else None
    if held.household is not None and kept != Points.POOL:
        households.leave(session, volunteer=code, by=oneself, at=at)
    elif households.asked(session, person.id) is not None:
        households.take_back(session, volunteer=code, by=oneself, at=at)
    for child in held.children:
        guardians.part(session, minor=child.code, guardian_id=person.id, by=oneself, at=at)
    activities.forget_contact(session, volunteer_id=person.id)
    cards.revoke(session, volunteer=code, reason="left", by=oneself, at=at)
    sign_ins.revoke_all(session, volunteer=code, by=oneself, at=at)
    until = clock.local_date(at) + POINTS_KEPT if kept in (Points.USE, Points.POOL) else None
    volunteers.close(session, person, by=oneself, at=at, points_until=until)
    facts = {"from": before, "to": person.status, "points": held.points, "points_go": kept}
    facts |= {"places": len(held.places), "reservations": len(held.reservations), "led": len(held.plans)}
    _note(session, person, "volunteer.leave", by=by, role=role, at=at, reason=reason, facts=facts)
    return person


# --- what can be asked


def wishes(*, points: str | None = None, successor: str = "", call_off: bool = False) -> Wishes:
    """What was chosen on a page or by a program."""
    return Wishes(Points(points) if points else None, typed.number(successor), call_off)


def ties(session: Session, person: Volunteer, *, at: datetime) -> Ties:
    """What ends when this person leaves, each in the order in which it is locked."""
    day = clock.local_date(at)
    balance = ledger.balance(session, person.id, day=day)
    member_of = [team for _, team in teams.mine(session, volunteer_id=person.id)]
    household = households.of(session, person.id)
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
        plans=activities.led_to_come(session, volunteer_id=person.id),
        units=[report.kind for report in units.active_for(session, person.id)],
        household=household,
        pools=household is not None and person.id in households.pooling(session, household.id),
        children=wards.children(session, volunteer_id=person.id, day=day),
        accounts=accounts.in_use_of(session, volunteer_id=person.id),
        points=balance.spendable + balance.held,
    )


def _refuse_unready(session: Session, person: Volunteer, held: Ties, wishes: Wishes) -> None:
    code = person.code
    if person.status not in volunteers.PRESENT:
        raise volunteers.NotInState(volunteer=code, status=person.status)
    if held.accounts:
        raise HasAccount(volunteer=code, login=held.accounts[0])
    if held.leads:
        raise teams.LeaderStays(volunteer=code)
    if session.scalar(select(exists().where(Stay.volunteer_id == person.id, Stay.status == StayStatus.OPEN))):
        raise StillInside(volunteer=code)
    if held.plans and not (wishes.successor or wishes.call_off):
        raise LeadsActivities(volunteer=code, count=len(held.plans))
    if held.points and wishes.points is None:
        raise PointsLeft(volunteer=code, points=held.points)
    if held.points and wishes.points == Points.POOL and not held.pools:
        raise NoPool(volunteer=code)


def _as_the_person(person: Volunteer, by: Actor) -> Actor:
    """Who ends a person's part does in each room what that person might do there, and no more, under their own name."""
    return replace(by, volunteer_id=person.id, behind_id=None, permits=MappingProxyType({}), omnipotent=False)


def _note(session: Session, person: Volunteer, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"volunteer:{person.code}", area_path=person.area_path, **act)
