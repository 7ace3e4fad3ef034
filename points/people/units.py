"""Units, and the party members who report to a community for them (双报到)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.journal import audit
from points.people import persons
from points.people.tables import Consent, ReportIn, Unit, Volunteer
from points.places import areas
from points.places.tables import Area

# --- what there is


@dataclass(frozen=True)
class Members:
    """Who reports in for a unit: how many, and those whom the asking person may see by name."""

    count: int
    named: list[tuple[ReportIn, Volunteer]]


# --- what is refused


@dataclass(eq=False)
class AlreadyReportedIn(Conflict):
    """One active report of a kind per person."""

    code = "already-reported-in"
    title = N_("Already reported in")
    detail = N_("%(volunteer)s has an active report of this kind.")
    next_step = N_("End that report first.")
    volunteer: str


@dataclass(eq=False)
class UnitNotActive(Conflict):
    """The unit takes part no longer."""

    code = "unit-not-active"
    title = N_("This unit is not active")
    detail = N_("The unit %(unit)s takes part no longer.")
    next_step = N_("Choose another unit.")
    unit: str


@dataclass(eq=False)
class MembersLeft(Conflict):
    """People report in for the unit, and nobody said that their reports end with it."""

    code = "unit-members-left"
    title = N_("People report in for this unit")
    detail = N_("People who report in for “%(unit)s”: %(count)d.")
    next_step = N_("Say that their reports end with it, or let them report in for another unit first.")
    unit: str
    count: int


# --- what happens


def add(
    session: Session, *, code: str, name: str, kind: str, linked_community: str | None, by: Actor, at: datetime
) -> Unit:
    """Enter a unit, linked to a community or to none. Raises NotPermitted, NoSuch, NotACommunity or CodeTaken."""
    community = areas.community_by_code(session, linked_community) if linked_community else None
    if community is not None:
        role = by.require("unit.change", area_path=community.path)
    else:
        role = by.require_somewhere("unit.change")
    code = areas.free_code(session, Unit.code, code, kind=N_("unit"))
    unit = Unit(
        code=code,
        name=name,
        kind=kind,
        linked_community_id=community.id if community else None,
        active=True,
        created_at=at,
        created_by=by.person,
    )
    session.add(unit)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="unit.add",
        target=f"unit:{code}",
        at=at,
        area_path=community.path if community else None,
        facts={"kind": kind},
    )
    return unit


def change(
    session: Session,
    *,
    unit: str,
    by: Actor,
    at: datetime,
    name: str | None = None,
    kind: str | None = None,
    linked_community: str | None = None,
) -> Unit:
    """Correct what is given of a unit; "" for `linked_community` links it to none.

    Raises NoSuch, NotPermitted, NotACommunity or UnitNotActive.
    """
    found = seen(session, unit, by=by)
    role = _may_change(session, found, by)
    if not found.active:
        raise UnitNotActive(unit=unit)
    community = areas.community_by_code(session, linked_community) if linked_community else None
    if community is not None:
        role = by.require("unit.change", area_path=community.path)
    changed: dict[str, object] = {}
    if name is not None and name != found.name:
        found.name = changed["name"] = name
    if kind is not None and kind != found.kind:
        found.kind = changed["kind"] = kind
    if linked_community is not None:
        found.linked_community_id = community.id if community else None
        changed["area"] = linked_community
    session.flush()
    _note(session, found, "unit.change", by=by, role=role, at=at, facts=changed)
    return found


def close(session: Session, *, unit: str, reason: str, by: Actor, at: datetime, end_reports: bool = False) -> Unit:
    """A unit takes part no longer. Whoever reports in for it does so no more, if that was said; records keep it.

    Raises NoSuch, NotPermitted, UnitNotActive or MembersLeft.
    """
    found = seen(session, unit, by=by)
    role = _may_change(session, found, by)
    if not found.active:
        raise UnitNotActive(unit=unit)
    reports = session.scalars(
        select(ReportIn).where(ReportIn.unit_id == found.id, ReportIn.status == "active").order_by(ReportIn.id)
    ).all()
    if reports and not end_reports:
        raise MembersLeft(unit=found.name, count=len({one.volunteer_id for one in reports}))
    for one in reports:
        one.status = "ended"
    found.active = False
    session.flush()
    _note(session, found, "unit.close", by=by, role=role, at=at, reason=reason, facts={"report_ins": len(reports)})
    return found


def report_in(
    session: Session,
    *,
    volunteer: str,
    unit: str,
    community: str,
    kind: str,
    reported_on: date,
    by: Actor,
    at: datetime,
) -> ReportIn:
    """Let a unit's member report to a community (`linked` or `residence`), by the member or by staff there.

    Raises NotPermitted, NoSuch, NotACommunity, UnitNotActive or AlreadyReportedIn.
    """
    person, found = persons.by_code(session, volunteer), by_code(session, unit)
    target = areas.community_by_code(session, community)
    own = by.volunteer_id == person.id
    role = "volunteer" if own else by.require("volunteer.change", area_path=target.path)
    if not found.active:
        raise UnitNotActive(unit=unit)
    if any(report.kind == kind for report in active_for(session, person.id)):
        raise AlreadyReportedIn(volunteer=person.code)
    report = ReportIn(
        volunteer_id=person.id,
        unit_id=found.id,
        community_id=target.id,
        kind=kind,
        reported_on=reported_on,
        status="active",
        created_at=at,
        created_by=by.person,
    )
    session.add(report)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="unit.report_in",
        target=f"volunteer:{person.code}",
        at=at,
        area_path=target.path,
        facts={"kind": kind},
    )
    return report


def end_report_in(session: Session, *, volunteer: str, kind: str, by: Actor, at: datetime) -> None:
    """End the active report of a kind. Raises NotPermitted or NoSuch."""
    person = persons.by_code(session, volunteer)
    report = next((report for report in active_for(session, person.id) if report.kind == kind), None)
    if report is None:
        raise NoSuch(kind=N_("report-in"), key=volunteer)
    path = areas.path_of(session, report.community_id)
    own = by.volunteer_id == person.id
    role = "volunteer" if own else by.require("volunteer.change", area_path=path)
    report.status = "ended"
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="unit.end_report_in",
        target=f"volunteer:{person.code}",
        at=at,
        area_path=path,
        facts={"kind": kind},
    )


# --- what can be asked


def by_code(session: Session, code: str) -> Unit:
    """The unit with this code. Raises NoSuch."""
    unit = session.scalars(select(Unit).where(Unit.code == code)).first()
    if unit is None:
        raise NoSuch(kind=N_("unit"), key=code)
    return unit


def visible(session: Session, *, by: Actor) -> list[Unit]:
    """The units in the actor's reach, by code; a unit linked to no community is seen by whole streets only."""
    reaches = by.reaches("unit.see")
    statement = select(Unit).outerjoin(Area, Area.id == Unit.linked_community_id)
    condition = areas.within(reaches, area_path=Area.path, unit_id=Unit.id)
    if any(reach.role in ("street_admin", "auditor") for reach in reaches):
        condition = condition | Unit.linked_community_id.is_(None)
    return list(session.scalars(statement.where(condition).order_by(Unit.code)))


def seen(session: Session, code: str, *, by: Actor) -> Unit:
    """The unit with this code, if it lies in the actor's reach. Raises NoSuch."""
    unit = next((unit for unit in visible(session, by=by) if unit.code == code), None)
    if unit is None:
        raise NoSuch(kind=N_("unit"), key=code)
    return unit


def active_for(session: Session, volunteer_id: int) -> list[ReportIn]:
    """The active reports of this person; at most one of each kind."""
    statement = select(ReportIn).where(ReportIn.volunteer_id == volunteer_id, ReportIn.status == "active")
    return list(session.scalars(statement.order_by(ReportIn.kind)))


def of_volunteer(session: Session, volunteer_id: int) -> list[tuple[str, str]]:
    """As what this person reports in now, `linked` or `residence`, each with the name of the unit."""
    statement = (
        select(ReportIn.kind, Unit.name)
        .join(Unit, Unit.id == ReportIn.unit_id)
        .where(ReportIn.volunteer_id == volunteer_id, ReportIn.status == "active", Unit.active)
    )
    return [(kind, name) for kind, name in session.execute(statement.order_by(ReportIn.kind))]


def members(session: Session, *, unit: str, by: Actor) -> Members:
    """Who reports in for a unit: the number of people; by name those in the actor's reach.

    A unit's liaison sees names only of those who consent to share with the unit (domain §3.9).
    Raises NoSuch.
    """
    found = seen(session, unit, by=by)
    statement = (
        select(ReportIn, Volunteer)
        .join(Volunteer, Volunteer.id == ReportIn.volunteer_id)
        .where(ReportIn.unit_id == found.id, ReportIn.status == "active")
        .order_by(Volunteer.code, ReportIn.kind)
    )
    rows = [(report, person) for report, person in session.execute(statement)]
    sharing = set(
        session.scalars(
            select(Consent.subject_id).where(
                Consent.subject_id.in_({person.id for _, person in rows}),
                Consent.purpose == "share_unit",
                Consent.withdrawn_at.is_(None),
            )
        )
    )
    liaison = by.role_for("unit.see", unit_id=found.id) is not None
    named = [
        (report, person)
        for report, person in rows
        if by.role_for("unit.members", area_path=person.area_path) or (liaison and person.id in sharing)
    ]
    return Members(count=len({person.id for _, person in rows}), named=named)


def _may_change(session: Session, unit: Unit, by: Actor) -> str:
    linked = unit.linked_community_id
    if linked is None:
        return by.require_somewhere("unit.change")
    return by.require("unit.change", area_path=areas.path_of(session, linked))


def _note(session: Session, unit: Unit, action: str, **act: Unpack[audit.Act]) -> None:
    linked = unit.linked_community_id
    path = areas.path_of(session, linked) if linked is not None else None
    audit.write(session, action=action, target=f"unit:{unit.code}", area_path=path, **act)
