"""Two numbers of one person become one, and nothing is lost: what happened stays written, what is there goes over.

The number that goes becomes another name of the one that is kept: its printed card and its code go on to work, its
records, stays, awards and exchanges stay where they were written and count as the person's, and its points go over lot
by lot. A merge is not undone; the audit log says what it did.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from points import ledger
from points.access import merging as access_merging
from points.access import two_people
from points.exchange.tables import Redemption
from points.foundation import typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.journal import audit
from points.people import aliases, cards, merging
from points.people.merging import Merge
from points.people.tables import MergedNumber, Volunteer
from points.rewards import rulesets
from points.rewards.statuses import AdjustmentStatus
from points.rewards.tables import Adjustment, Award
from points.service import merging as service_merging
from points.service import records
from points.service.tables import ServiceRecord

ACTION = "volunteer.merge"

# --- what there is


@dataclass(frozen=True)
class Merged:
    """What a merge did: the code kept, the code that is another name now, and how much of each kind went over."""

    kept: str
    gone: str
    facts: dict[str, int]


@dataclass(frozen=True)
class Side:
    """One of two numbers as somebody compares them: the person, minutes, points, and what else is there."""

    person: Volunteer
    minutes: int
    points: int
    records: int
    exchanges: int
    card: str | None
    merged: list[str]


# --- what is refused


@dataclass(eq=False)
class SameNumber(Invalid):
    """Two numbers are needed, and these are one person's already."""

    code = "same-number"
    title = N_("These are one already")
    detail = N_("%(volunteer)s is the same person on both sides.")
    next_step = N_("Choose two different numbers.")
    volunteer: str


@dataclass(eq=False)
class OwnNumber(NotAllowed):
    """Nobody merges or signs for a number of their own."""

    code = "own-number"
    title = N_("This is your own number")
    detail = N_("Nobody merges numbers of their own.")
    next_step = N_("Ask a colleague.")


@dataclass(eq=False)
class TwoPeopleNeeded(NotAllowed):
    """Points or hours go over, so a second member of staff has looked too."""

    code = "merge-needs-two"
    title = N_("A second person must sign")
    detail = N_("Hours or points go over to another number. Two of the staff look at that.")
    next_step = N_("Ask a colleague to sign with their own login and password.")


@dataclass(eq=False)
class StillUnderWay(Conflict):
    """The number that would go has something that has to be finished first."""

    code = "merge-under-way"
    title = N_("Something has to be finished first")
    detail = N_("%(volunteer)s still has something under way: %(what)s.")
    next_step = N_("Settle the activity, hand over or cancel the goods set aside, or decide the proposal; then merge.")
    volunteer: str
    what: str


@dataclass(eq=False)
class TwoHouseholds(Conflict):
    """Both numbers are in a household, and not in the same one."""

    code = "merge-two-households"
    title = N_("Two households")
    detail = N_("The two numbers belong to different households.")
    next_step = N_("Let the person leave the household they do not live in; then merge.")


@dataclass(eq=False)
class LookLikeTwo(Conflict):
    """What is written down says that these are two people, or that one person was counted twice."""

    code = "merge-look-like-two"
    title = N_("These may be two people")
    detail = N_("On %(day)s both numbers have hours that one person cannot have.")
    next_step = N_("If it is one person, have the street correct one of the two records first; then merge.")
    day: date


@dataclass(eq=False)
class GuardianAndWard(Conflict):
    """One of the two is the other's guardian."""

    code = "merge-guardian"
    title = N_("These are two people")
    detail = N_("One is the guardian of the other.")
    next_step = N_("Correct the guardian first if that is wrong.")


# --- what happens


def merge(
    session: Session, *, kept: str, gone: str, reason: str, by: Actor, at: datetime, second: Actor | None = None
) -> Merged:
    """Make `gone` another name of `kept`, and let what is there go over.

    Where the number that goes has points or hours, `second` is another member of staff of the place who signs too.
    Refused while anything of either is unfinished, and where both were counted on one date for more than one person
    can have, so that no limit is passed by having had two numbers.
    Raises NoSuch, NotPermitted, SameNumber, OwnNumber, TwoPeopleNeeded, StillUnderWay, TwoHouseholds, LookLikeTwo or
    GuardianAndWard, and then nothing changed.
    """
    keeps, goes = _locked(session, kept=kept, gone=gone)
    role = _require(session, by, keeps, goes)
    for person, other in ((goes, keeps), (keeps, goes)):
        if merging.is_guardian(session, adult_id=person.id, minor_id=other.id):
            raise GuardianAndWard()
    _refuse_two_households(session, keeps, goes)
    for person in (goes, keeps):
        _refuse_under_way(session, person)
    _refuse_counted_twice(session, keeps, goes)
    if second is not None:
        _require_second(session, by, second, keeps, goes, at=at)
    elif needs_two(session, volunteer_id=goes.id):
        raise TwoPeopleNeeded()
    accounts = ledger.lock_accounts(session, volunteer_ids=[keeps.id, goes.id], at=at)
    gone_account, kept_account = accounts[goes.id], accounts[keeps.id]
    if gone_account.held:  # set aside in this very moment
        raise StillUnderWay(volunteer=goes.code, what=N_("goods set aside"))
    if gone_account.balance and second is None:  # earned in this very moment
        raise TwoPeopleNeeded()
    minutes = records.total_minutes(session, goes.id)
    both = Merge(kept=keeps, gone=goes, by=by, at=at)
    facts = service_merging.move(session, both) | merging.move(session, both)
    facts |= access_merging.move(session, both)
    lots, points = ledger.move_all(session, gone=gone_account, kept=kept_account, by=by, at=at)
    facts |= {"lots": lots, "points": points, "minutes": minutes}
    session.execute(update(MergedNumber).where(MergedNumber.kept_id == goes.id).values(kept_id=keeps.id))
    session.add(
        MergedNumber(
            gone_id=goes.id,
            kept_id=keeps.id,
            second_by=second.person if second else None,
            reason=reason[:200],
            created_at=at,
            created_by=by.person,
        )
    )
    session.flush()
    if second is not None:
        two_people.sign(
            session,
            first=by.person,
            second=second,
            action=ACTION,
            target=f"volunteer:{keeps.code}",
            at=at,
            area_path=keeps.area_path,
        )
    for person in (keeps, goes):
        audit.write(
            session,
            by=by,
            role=role,
            action=ACTION,
            target=f"volunteer:{person.code}",
            at=at,
            area_path=person.area_path,
            reason=reason,
            facts={"kept": keeps.code, "gone": goes.code, "second": second.person if second else None, **facts},
        )
    return Merged(kept=keeps.code, gone=goes.code, facts=facts)


# --- what can be asked


def side_by_side(session: Session, *, one: str, other: str, by: Actor) -> tuple[Side, Side]:
    """Two numbers to compare before merging, for whoever may merge both. Raises NoSuch, NotPermitted or SameNumber."""
    first, second = _number(session, one), _number(session, other)
    if first.id == second.id:
        raise SameNumber(volunteer=first.code)
    _require(session, by, first, second)
    return _side(session, first), _side(session, second)


def needs_two(session: Session, *, volunteer_id: int) -> bool:
    """Whether points or hours would go over, so that a second person signs."""
    held = ledger.balances(session, [volunteer_id])[volunteer_id]
    return bool(held or records.total_minutes(session, volunteer_id))


def trail(session: Session, *, volunteer_id: int) -> list[tuple[str, MergedNumber]]:
    """The numbers merged into this one, each with its row, the first merged first."""
    rows = session.execute(
        select(Volunteer.code, MergedNumber)
        .join(MergedNumber, MergedNumber.gone_id == Volunteer.id)
        .where(MergedNumber.kept_id == volunteer_id)
        .order_by(MergedNumber.id)
    )
    return [(code, row) for code, row in rows]


def _number(session: Session, code: str) -> Volunteer:
    """The volunteer that has this very number. Raises NoSuch."""
    found = session.scalars(select(Volunteer).where(Volunteer.code == typed.number(code))).first()
    if found is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    return found


def _locked(session: Session, *, kept: str, gone: str) -> tuple[Volunteer, Volunteer]:
    keeps, goes = _number(session, kept), _number(session, gone)
    service_merging.lock(session, goes.id)  # activities are locked before people and accounts, as everywhere
    # FOR UPDATE, so that nothing new may point to either until this is over
    session.scalars(
        select(Volunteer)
        .where(Volunteer.id.in_((keeps.id, goes.id)))
        .order_by(Volunteer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if aliases.kept(session, keeps.id) == aliases.kept(session, goes.id):
        raise SameNumber(volunteer=keeps.code)
    for person in (keeps, goes):
        if aliases.kept(session, person.id) != person.id or person.status == "anonymised":
            raise NoSuch(kind=N_("volunteer"), key=person.code)
    return keeps, goes


def _require(session: Session, by: Actor, *people: Volunteer) -> str:
    """The role in which `by` merges these; both places count. Raises NoSuch, NotPermitted or OwnNumber."""
    role = ""
    for person in people:
        if by.role_for("volunteer.see", area_path=person.area_path) is None:
            raise NoSuch(kind=N_("volunteer"), key=person.code)
        role = by.require(ACTION, area_path=person.area_path)
        if two_people.is_oneself(session, person.code, by=by, volunteer_id=person.id):
            raise OwnNumber()
    return role


def _require_second(session: Session, by: Actor, second: Actor, *people: Volunteer, at: datetime) -> None:
    """Let the second sign, who may merge there too: a clerk at the counter decides no merge."""
    for person in people:
        second.require(ACTION, area_path=person.area_path)
        if two_people.is_oneself(session, person.code, by=second, volunteer_id=person.id):
            raise OwnNumber()
    two_people.refuse_one_person(session, TwoPeopleNeeded(), first=by.person, second=second, at=at)


def _refuse_two_households(session: Session, keeps: Volunteer, goes: Volunteer) -> None:
    homes = {merging.open_household(session, person.id) for person in (keeps, goes)} - {None}
    if len(homes) > 1:
        raise TwoHouseholds()


def _refuse_under_way(session: Session, person: Volunteer) -> None:
    activity = service_merging.under_way(session, person.id)
    if activity is not None:
        raise StillUnderWay(volunteer=person.code, what=f"“{activity}”")
    reserved = select(Redemption.id).where(Redemption.redeemer_id == person.id, Redemption.status == "reserved")
    if session.scalar(reserved.limit(1)) is not None:
        raise StillUnderWay(volunteer=person.code, what=N_("goods set aside"))
    proposed = select(Adjustment.id).where(
        Adjustment.volunteer_id == person.id, Adjustment.status == AdjustmentStatus.OPEN
    )
    if session.scalar(proposed.limit(1)) is not None:
        raise StillUnderWay(volunteer=person.code, what=N_("an adjustment to decide"))


def _refuse_counted_twice(session: Session, keeps: Volunteer, goes: Volunteer) -> None:
    """Refuse where the two were somewhere at once, or together have more of one date than the rules give one person."""
    shared = service_merging.shared_dates(session, keeps.id, goes.id)
    if not shared:
        return
    in_force = rulesets.InForce(session, street_ids=[keeps.street_id])
    earned = _earned(session, [keeps.id, goes.id], [one.day for one in shared])
    for one in shared:
        hours = in_force.hours_or_customary(keeps.street_id, one.day)
        cap = in_force.points_on(keeps.street_id, one.day)[1].day_cap_points
        too_long = one.kept_minutes + one.gone_minutes > hours.day_auto_minutes
        if one.at_once or too_long or (cap and earned.get(one.day, 0) > cap):
            raise LookLikeTwo(day=one.day)


def _earned(session: Session, volunteer_ids: list[int], days: list[date]) -> dict[date, int]:
    rows = session.execute(
        select(Award.local_date, func.sum(Award.delta))
        .where(Award.volunteer_id.in_(volunteer_ids), Award.local_date.in_(days))
        .group_by(Award.local_date)
    )
    return {day: int(points) for day, points in rows}


def _side(session: Session, person: Volunteer) -> Side:
    card = cards.live(session, person.id)
    return Side(
        person=person,
        minutes=records.total_minutes(session, person.id),
        points=ledger.balances(session, [person.id])[person.id],
        records=_count(session, ServiceRecord.volunteer_id, person.id, ServiceRecord.latest),
        exchanges=_count(session, Redemption.redeemer_id, person.id),
        card=card.serial if card else None,
        merged=[code for code, _ in trail(session, volunteer_id=person.id)],
    )


def _count(
    session: Session, column: InstrumentedAttribute[int], volunteer_id: int, *conditions: Expression[bool]
) -> int:
    counted = select(func.count()).where(aliases.of_person(column, volunteer_id), *conditions)
    return int(session.scalar(counted) or 0)
