"""What belongs to a person today and goes over when two of their numbers become one.

Household, teams, guardianship, report-ins, skills and consents go to the kept number; what has ended stays where it
was written. Part of `points.registry.merging.merge`, which locks both people, decides, and notes it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.people.tables import (
    Consent,
    Guardian,
    Household,
    HouseholdMember,
    HouseholdRequest,
    ReportIn,
    Team,
    TeamMember,
    Volunteer,
    VolunteerSkill,
)

# --- what there is


@dataclass(frozen=True)
class Merge:
    """Two locked numbers of one person: `gone` goes into `kept`."""

    kept: Volunteer
    gone: Volunteer
    by: Actor
    at: datetime


# --- what happens


def move(session: Session, merge: Merge) -> dict[str, int]:
    """Move everything; how much of each kind went over.

    The caller has refused two different households. A team, a report-in or a skill that both have is kept once.
    """
    consents = _consents(session, merge)
    return {
        "consents": consents,
        "household": _household(session, merge),
        "teams": _teams(session, merge),
        "wards": _guardianship(session, merge),
        "report_ins": _report_ins(session, merge),
        "skills": _skills(session, merge),
        "details": _details(session, merge),
    }


# --- what can be asked


def open_household(session: Session, volunteer_id: int) -> int | None:
    """The id of the household that this number belongs to now."""
    statement = select(HouseholdMember.household_id).where(
        HouseholdMember.volunteer_id == volunteer_id, HouseholdMember.left_at.is_(None)
    )
    return session.scalar(statement)


def is_guardian(session: Session, *, adult_id: int, minor_id: int) -> bool:
    """Whether the one was entered as the other's guardian."""
    statement = select(Guardian.id).where(Guardian.minor_id == minor_id, Guardian.guardian_volunteer_id == adult_id)
    return session.scalar(statement.limit(1)) is not None


def _consents(session: Session, merge: Merge) -> int:
    """What the person agreed to under the other number and never took back here; the other's consents end."""
    theirs = session.scalars(
        select(Consent).where(Consent.subject_id == merge.gone.id, Consent.withdrawn_at.is_(None)).order_by(Consent.id)
    ).all()
    answered = set(session.scalars(select(Consent.purpose).where(Consent.subject_id == merge.kept.id)))
    moved = 0
    for one in theirs:
        one.withdrawn_at = merge.at
        if one.purpose not in answered:
            session.add(
                Consent(
                    subject_id=merge.kept.id,
                    purpose=one.purpose,
                    text_version=one.text_version,
                    granted_at=one.granted_at,
                    channel=one.channel,
                    paper_ref=one.paper_ref,
                    recorded_by=one.recorded_by,
                    created_at=merge.at,
                    created_by=merge.by.person,
                )
            )
            moved += 1
    session.flush()
    return moved


def _household(session: Session, merge: Merge) -> int:
    session.execute(update(Household).where(Household.head_id == merge.gone.id).values(head_id=merge.kept.id))
    _household_request(session, merge)
    member = session.scalars(
        select(HouseholdMember).where(HouseholdMember.volunteer_id == merge.gone.id, HouseholdMember.left_at.is_(None))
    ).first()
    if member is None:
        return 0
    if open_household(session, merge.kept.id) is not None:
        member.left_at = merge.at
        session.flush()
        return 0
    member.volunteer_id = merge.kept.id
    if member.pool_consent_id is not None:
        member.pool_consent_id = _open_consent(session, merge.kept.id, "household_pool")
    session.flush()
    return 1


def _household_request(session: Session, merge: Merge) -> None:
    """An open wish to join a household goes over, or ends where the kept number has a household or asks itself."""
    asked = [HouseholdRequest.volunteer_id == merge.gone.id, HouseholdRequest.status == "open"]
    own = select(HouseholdRequest.id).where(
        HouseholdRequest.volunteer_id == merge.kept.id, HouseholdRequest.status == "open"
    )
    change = update(HouseholdRequest).where(*asked)
    if session.scalar(own) is None and open_household(session, merge.kept.id) is None:
        session.execute(change.values(volunteer_id=merge.kept.id))
    else:
        session.execute(change.values(status="withdrawn", decided_by=merge.by.person, decided_at=merge.at))


def _teams(session: Session, merge: Merge) -> int:
    session.execute(update(Team).where(Team.leader_id == merge.gone.id).values(leader_id=merge.kept.id))
    theirs = session.scalars(
        select(TeamMember).where(TeamMember.volunteer_id == merge.gone.id, TeamMember.status.in_(("applied", "active")))
    ).all()
    moved = 0
    for one in theirs:
        own = session.scalars(
            select(TeamMember).where(
                TeamMember.team_id == one.team_id,
                TeamMember.volunteer_id == merge.kept.id,
                TeamMember.status.in_(("applied", "active")),
            )
        ).first()
        if own is None:
            one.volunteer_id = merge.kept.id
            moved += 1
        else:
            own.status = "active" if "active" in (own.status, one.status) else own.status
            own.role = one.role if one.role == "leader" or own.role == "member" else own.role
            one.status = "left"
    session.flush()
    return moved


def _guardianship(session: Session, merge: Merge) -> int:
    consent = _open_consent(session, merge.kept.id, "guardian")
    changes = {"minor_id": merge.kept.id} | ({"consent_id": consent} if consent is not None else {})
    session.execute(update(Guardian).where(Guardian.minor_id == merge.gone.id).values(**changes))
    wards = session.execute(
        update(Guardian)
        .where(Guardian.guardian_volunteer_id == merge.gone.id)
        .values(guardian_volunteer_id=merge.kept.id)
        .returning(Guardian.id)
    )
    return len(wards.all())


def _report_ins(session: Session, merge: Merge) -> int:
    theirs = session.scalars(
        select(ReportIn).where(ReportIn.volunteer_id == merge.gone.id, ReportIn.status == "active")
    ).all()
    own = set(
        session.scalars(
            select(ReportIn.kind).where(ReportIn.volunteer_id == merge.kept.id, ReportIn.status == "active")
        )
    )
    for one in theirs:
        if one.kind in own:
            one.status = "ended"
        else:
            one.volunteer_id = merge.kept.id
    session.flush()
    return len([one for one in theirs if one.kind not in own])


def _skills(session: Session, merge: Merge) -> int:
    own = select(VolunteerSkill.skill).where(VolunteerSkill.volunteer_id == merge.kept.id)
    moved = session.execute(
        update(VolunteerSkill)
        .where(VolunteerSkill.volunteer_id == merge.gone.id, VolunteerSkill.skill.not_in(own))
        .values(volunteer_id=merge.kept.id)
        .returning(VolunteerSkill.id),
        execution_options={"synchronize_session": False},
    )
    return len(moved.all())


def _details(session: Session, merge: Merge) -> int:
    """Fill what the kept number leaves empty; then the other has no phone, PIN or contact of its own any more."""
    kept, gone = merge.kept, merge.gone
    phone, pin_hash, number = gone.phone, gone.pin_hash, gone.national_volunteer_no
    pin_set, phone_set = (gone.pin_set_by, gone.pin_set_at), (gone.phone_set_by, gone.phone_set_at)
    filled = [
        field
        for field in ("residence_text", "service_categories", "availability", "emergency_contact")
        if getattr(gone, field) and not getattr(kept, field)
    ]
    for field in filled:
        setattr(kept, field, getattr(gone, field))
    gone.phone, gone.phone_none, gone.pin_hash = None, True, None
    gone.residence_text = gone.availability = gone.emergency_contact = ""
    gone.status = "closed"
    if number and not kept.national_volunteer_no:
        gone.national_volunteer_no = None
        filled.append("national_volunteer_no")
    session.flush()  # a phone and a national number stand on one row at a time
    if "national_volunteer_no" in filled:
        kept.national_volunteer_no = number
    if phone and not kept.phone:
        kept.phone, kept.phone_none = phone, False
        kept.phone_set_by, kept.phone_set_at = phone_set
        filled.append("phone")
    if pin_hash and not kept.pin_hash:
        kept.pin_hash = pin_hash
        kept.pin_set_by, kept.pin_set_at = pin_set
        filled.append("pin")
    kept.elder_mode = kept.elder_mode or gone.elder_mode
    session.flush()
    return len(filled)


def _open_consent(session: Session, volunteer_id: int, purpose: str) -> int | None:
    statement = select(Consent.id).where(
        Consent.subject_id == volunteer_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(statement)
