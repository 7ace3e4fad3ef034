"""Skills: what a volunteer says they can do, and what staff has seen a proof of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Unpack

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit
from points.people import persons, wards
from points.people.tables import Volunteer, VolunteerSkill
from points.places import areas

# --- what is refused


@dataclass(eq=False)
class SkillKnown(Conflict):
    """The person has it already, seen by staff and still valid."""

    code = "skill-known"
    title = N_("This skill is known already")
    detail = N_("Staff has seen a proof of “%(skill)s” before.")
    next_step = N_("Nothing needs to be done. Bring a newer proof to the community when it runs out.")
    skill: str
    field: str = "skill"


@dataclass(eq=False)
class ProofIsOver(Invalid):
    """A proof that is over proves nothing."""

    code = "proof-is-over"
    title = N_("Please check the last day")
    detail = N_("This proof was valid to %(until)s only.")
    next_step = N_("Enter the last day of a proof that is valid now; empty if it has none.")
    until: date
    field: str = "valid_until"


# --- what happens


def propose(
    session: Session,
    *,
    volunteer: str,
    skill: str,
    by: Actor,
    at: datetime,
    proof: str = "",
    valid_until: date | None = None,
) -> VolunteerSkill:
    """Say that one can do something, oneself or by the guardian; it counts once staff has seen the proof.

    Said again, the later words stand. Raises NoSuch, NotPermitted, ProofIsOver or SkillKnown.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "volunteer.change", by=by, at=at)
    _refuse_over(valid_until, at)
    row = _found(session, person, skill)
    if row is not None and row.verified_by and not is_over(row, clock.local_date(at)):
        raise SkillKnown(skill=row.skill)
    row = row or _new(session, person, skill, by=by, at=at)
    row.proof, row.valid_until, row.verified_by, row.qualification_no_last4 = proof, valid_until, "", ""
    session.flush()
    _note(session, person, "skill.propose", by=by, role=role, at=at, facts={"skill": row.skill})
    return row


def add(
    session: Session,
    *,
    volunteer: str,
    skill: str,
    by: Actor,
    at: datetime,
    proof: str = "",
    qualification_no_last4: str = "",
    valid_until: date | None = None,
) -> VolunteerSkill:
    """Note a skill whose proof staff has seen: a new one, one that was proposed, or one that was renewed.

    Nobody sees their own proof. Raises NotPermitted, NoSuch or ProofIsOver.
    """
    person = persons.seen(session, volunteer, by=by)
    role = by.require("volunteer.change", area_path=person.area_path)
    if by.oneself == person.id:
        raise NotPermitted(action="volunteer.change")
    _refuse_over(valid_until, at)
    row = _found(session, person, skill) or _new(session, person, skill, by=by, at=at)
    row.proof, row.valid_until, row.verified_by = proof or row.proof, valid_until, by.person
    row.qualification_no_last4 = qualification_no_last4[-4:]
    session.flush()
    _note(session, person, "skill.add", by=by, role=role, at=at, facts={"skill": row.skill})
    return row


def drop(session: Session, *, volunteer: str, skill: str, by: Actor, at: datetime, reason: str = "") -> VolunteerSkill:
    """Take a skill off, by the person, their guardian or staff; what it was. Raises NoSuch or NotPermitted."""
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "volunteer.change", by=by, at=at)
    row = _found(session, person, skill)
    if row is None:
        raise NoSuch(kind=N_("skill"), key=skill)
    session.delete(row)
    session.flush()
    _note(session, person, "skill.drop", by=by, role=role, at=at, facts={"skill": row.skill}, reason=reason)
    return row


# --- what can be asked


def verified(session: Session, *, street_ids: Collection[int]) -> list[str]:
    """The skills that somebody in these streets has, seen by staff, each once, by name."""
    found = (
        select(VolunteerSkill.skill)
        .join(Volunteer, Volunteer.id == VolunteerSkill.volunteer_id)
        .where(Volunteer.street_id.in_(street_ids), Volunteer.status == "active", VolunteerSkill.verified_by != "")
        .distinct()
        .order_by(VolunteerSkill.skill)
    )
    return list(session.scalars(found))


def of(session: Session, volunteer_id: int) -> list[VolunteerSkill]:
    """What this person can do, what waits to be seen first."""
    statement = select(VolunteerSkill).where(VolunteerSkill.volunteer_id == volunteer_id)
    return list(session.scalars(statement.order_by(VolunteerSkill.verified_by != "", VolunteerSkill.id)))


def listing(
    session: Session, *, by: Actor, skill: str = "", volunteer: str = "", after: int = 0, limit: int = 50
) -> list[tuple[VolunteerSkill, Volunteer]]:
    """The skills of people in reach, in the order in which they were said, `limit` after the id `after`."""
    statement = _in_reach(by).where(VolunteerSkill.id > after)
    if skill:
        statement = statement.where(VolunteerSkill.skill.contains(skill, autoescape=True))
    if volunteer:
        statement = statement.where(persons.called(volunteer))
    return [(row, person) for row, person in session.execute(statement.order_by(VolunteerSkill.id).limit(limit))]


def roster(
    session: Session, *, by: Actor, skill: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[tuple[VolunteerSkill, Volunteer]], int]:
    """Who in reach can do what, proofs that nobody has seen first, then by skill; and how many there are in all."""
    statement = _in_reach(by)
    if skill:
        statement = statement.where(VolunteerSkill.skill.contains(skill, autoescape=True))
    count = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    order = (VolunteerSkill.verified_by != "", VolunteerSkill.skill, VolunteerSkill.id)
    rows = session.execute(statement.order_by(*order).offset(offset).limit(limit))
    return [(row, person) for row, person in rows], count


def waiting(session: Session, *, by: Actor) -> int:
    """How many proofs in reach nobody has seen yet."""
    waits = _in_reach(by).where(VolunteerSkill.verified_by == "").subquery()
    return session.scalar(select(func.count()).select_from(waits)) or 0


def is_over(row: VolunteerSkill, day: date) -> bool:
    """Whether the proof was valid only until before `day`."""
    return row.valid_until is not None and row.valid_until < day


def _in_reach(by: Actor) -> Select[VolunteerSkill, Volunteer]:
    return (
        select(VolunteerSkill, Volunteer)
        .join(Volunteer, Volunteer.id == VolunteerSkill.volunteer_id)
        .where(
            areas.within(by.reaches("volunteer.see"), area_path=Volunteer.area_path),
            Volunteer.status.in_(("active", "suspended")),
        )
    )


def _found(session: Session, person: Volunteer, skill: str) -> VolunteerSkill | None:
    statement = select(VolunteerSkill).where(
        VolunteerSkill.volunteer_id == person.id, VolunteerSkill.skill == skill.strip()
    )
    return session.scalars(statement.order_by(VolunteerSkill.id.desc())).first()


def _new(session: Session, person: Volunteer, skill: str, *, by: Actor, at: datetime) -> VolunteerSkill:
    row = VolunteerSkill(
        volunteer_id=person.id, skill=skill.strip(), verified_by="", created_at=at, created_by=by.person
    )
    session.add(row)
    return row


def _refuse_over(valid_until: date | None, at: datetime) -> None:
    if valid_until is not None and valid_until < clock.local_date(at):
        raise ProofIsOver(until=valid_until)


def _note(session: Session, person: Volunteer, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"volunteer:{person.code}", area_path=person.area_path, **act)
