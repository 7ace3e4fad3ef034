"""Adjustments by hand: at most 100 points, a reason, two people (P15)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from points import ledger
from points.access import two_people
from points.foundation import clock, codes, counted
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.journal import audit
from points.people import volunteers
from points.people.tables import Volunteer
from points.places import areas
from points.rewards import rules, rulesets
from points.rewards.statuses import AdjustmentStatus
from points.rewards.tables import Adjustment

MOST = 100
SHORTEST_REASON = 10

# --- what is refused


@dataclass(eq=False)
class AdjustmentOutOfRange(Invalid):
    """One case is at most 100 points, and not nothing."""

    code = "adjustment-out-of-range"
    title = N_("Too many points for one case")
    detail = N_("An adjustment is between 1 and %(most)s points, plus or minus; %(points)s were asked for.")
    next_step = N_("Correct the record instead if more is wrong.")
    points: int
    most: int = MOST


@dataclass(eq=False)
class ReasonTooShort(Invalid):
    """Who reads the statement later must understand why."""

    code = "reason-too-short"
    title = N_("Please give the reason")
    detail = N_("The reason has %(length)s characters; at least %(shortest)s are needed.")
    next_step = N_("Write in a sentence why the points are adjusted.")
    length: int
    shortest: int = SHORTEST_REASON


@dataclass(eq=False)
class NotByTheSamePerson(NotAllowed):
    """Neither who proposed an adjustment nor who would gain or lose by it decides it."""

    code = "second-person-needed"
    title = N_("A second person is needed")
    detail = N_("Adjustment %(adjustment)s is decided by someone who neither proposed it nor is concerned by it.")
    next_step = N_("Ask another street administrator.")
    adjustment: str


@dataclass(eq=False)
class AlreadyDecided(Conflict):
    """An adjustment is decided once."""

    code = "already-decided"
    title = N_("Already decided")
    detail = N_("Adjustment %(adjustment)s is already %(status)s.")
    next_step = N_("Propose another one if it was wrong.")
    adjustment: str
    status: str


@dataclass(eq=False)
class MoreThanThereIs(Conflict):
    """A minus takes more than the person can spend."""

    code = "more-than-there-is"
    title = N_("There are fewer points than that")
    detail = N_("%(volunteer)s has %(available)d points; %(wanted)d cannot be taken away.")
    next_step = N_("Decline it, and propose at most what there is.")
    volunteer: str
    available: int
    wanted: int


# --- what happens


def propose(session: Session, *, volunteer: str, points: int, reason: str, by: Actor, at: datetime) -> Adjustment:
    """Propose a plus or minus on one volunteer's points; nothing moves before a second person approves.

    Raises AdjustmentOutOfRange, ReasonTooShort, NotByTheSamePerson for one's own points, NoSuch, NotPermitted.
    """
    person = volunteers.by_code(session, volunteer)
    role = by.require("points.adjust", area_path=person.area_path)
    if points == 0 or abs(points) > MOST:
        raise AdjustmentOutOfRange(points=points)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort(length=len(reason))
    adjustment = Adjustment(
        code=codes.new(),
        volunteer_id=person.id,
        beneficiary=person.code,
        points=points,
        reason=reason,
        proposed_by=by.person,
        decided_by=None,
        decided_at=None,
        created_at=at,
        created_by=by.person,
    )
    if two_people.is_oneself(session, person.code, by=by, volunteer_id=person.id):
        raise NotByTheSamePerson(adjustment=adjustment.code)
    session.add(adjustment)
    session.flush()
    _note(session, adjustment, person, "adjustment.propose", role, by, at)
    return adjustment


def decide(session: Session, *, adjustment: str, approve: bool, by: Actor, at: datetime) -> Adjustment:
    """Approve or decline a proposed adjustment; approved, its points are posted at once.

    A plus is a lot of its own that expires by the rules in force today; a minus takes the soonest expiring first.
    Raises AlreadyDecided, NotByTheSamePerson, MoreThanThereIs, NoSuch, NotPermitted.
    """
    found = session.execute(
        select(Adjustment, Volunteer)
        .join(Volunteer, Volunteer.id == Adjustment.volunteer_id)
        .where(Adjustment.code == adjustment)
        .with_for_update(of=Adjustment, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NoSuch(kind=N_("adjustment"), key=adjustment)
    case: Adjustment = found.Adjustment
    person: Volunteer = found.Volunteer
    role = by.require("points.adjust", area_path=person.area_path)
    if case.status != AdjustmentStatus.OPEN:
        raise AlreadyDecided(adjustment=adjustment, status=case.status)
    own = NotByTheSamePerson(adjustment=adjustment)
    if two_people.is_oneself(session, case.beneficiary, by=by, volunteer_id=person.id):
        raise own
    two_people.refuse_one_person(session, own, first=case.proposed_by, second=by, at=at)
    if approve:
        try:
            _post(session, case, person, by=by, at=at)
        except ledger.InsufficientPoints as short:
            raise MoreThanThereIs(volunteer=person.code, available=short.available, wanted=short.needed) from short
        two_people.sign(
            session,
            first=case.proposed_by,
            second=by,
            action="adjustment.approve",
            target=f"adjustment:{case.code}",
            at=at,
            area_path=person.area_path,
        )
    case.status = AdjustmentStatus.APPROVED if approve else AdjustmentStatus.DECLINED
    case.decided_by, case.decided_at = by.person, at
    session.flush()
    _note(session, case, person, f"adjustment.{'approve' if approve else 'decline'}", role, by, at)
    return case


# --- what can be asked


def listing(
    session: Session,
    *,
    by: Actor,
    status: str | None = None,
    after: str | None = None,
    limit: int = 100,
    action: str = "points.adjust",
) -> list[tuple[Adjustment, str]]:
    """The adjustments of people where `by` may do `action`, newest first, each with the volunteer's code.

    `after` is the code of the last one already read.
    """
    asked = _asked(by, action)
    if status is not None:
        asked = asked.where(Adjustment.status == status)
    if after is not None:
        asked = asked.where(Adjustment.id < select(Adjustment.id).where(Adjustment.code == after).scalar_subquery())
    return [(row.Adjustment, row.Volunteer.code) for row in session.execute(asked.limit(limit))]


def waiting(session: Session, *, by: Actor, action: str = "points.adjust") -> list[Adjustment]:
    """All the adjustments that nobody has decided, newest first, of people where `by` may do `action`."""
    return [row.Adjustment for row in session.execute(_asked(by, action).where(_OPEN))]


def decided(
    session: Session, *, by: Actor, offset: int, limit: int, action: str = "points.adjust"
) -> tuple[list[Adjustment], int]:
    """A part of the adjustments that are decided, newest first, and how many there are in all."""
    asked = _asked(by, action).where(~_OPEN)
    found = session.execute(asked.offset(offset).limit(limit))
    return [row.Adjustment for row in found], counted.count(session, asked)


_OPEN = Adjustment.status == AdjustmentStatus.OPEN


def _asked(by: Actor, action: str) -> Select[Adjustment, Volunteer]:
    return (
        select(Adjustment, Volunteer)
        .join(Volunteer, Volunteer.id == Adjustment.volunteer_id)
        .where(areas.within(by.reaches(action), area_path=Volunteer.area_path))
        .order_by(Adjustment.id.desc())
    )


def _post(session: Session, case: Adjustment, person: Volunteer, *, by: Actor, at: datetime) -> None:
    today = clock.local_date(at)
    in_force = rulesets.in_force(session, street_id=person.street_id, day=today)
    account = ledger.lock_accounts(session, volunteer_ids=[person.id], at=at)[person.id]
    ledger.adjust(
        session,
        adjusting=ledger.Adjusting(
            account=account,
            points=case.points,
            reference=f"adjustment:{case.code}",
            reason=case.reason,
            rule_version=in_force.version,
            day=today,
            expires_on=rules.expiry_date(today, rules=rules.PointRules.from_params(in_force.params)),
        ),
        by=by,
        at=at,
    )


def _note(
    session: Session, case: Adjustment, person: Volunteer, action: str, role: str, by: Actor, at: datetime
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"adjustment:{case.code}",
        at=at,
        area_path=person.area_path,
        reason=case.reason,
        facts={"volunteer": person.code, "points": case.points},
    )
