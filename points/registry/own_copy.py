"""A person's own copy of what is kept of them, for people and programs to read (个人信息保护法 art. 45)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.help import feedback
from points.people import consents, disclosures, guardians, households, minors, skills, teams, volunteers
from points.people.tables import Volunteer
from points.places.tables import Area
from points.registry import merging
from points.service import activities, makeups, records
from points.service.tables import ServiceRecord

Facts = dict[str, object]
PAGE = 500

# --- what can be asked


def of(session: Session, *, by: Actor, at: datetime) -> Facts:
    """Profile, guardian, consents, records, make-ups, transfers, who looked at the details of a minor, which
    lists with this person were taken out, and what was written to the office: of whoever asks, and of nobody else.

    Dates and times as text, times with their offset, points and minutes as numbers. Raises NoSuch for who is no
    volunteer.
    """
    if by.volunteer_id is None:
        raise NoSuch(kind=N_("volunteer"), key=by.person)
    person = session.get_one(Volunteer, by.volunteer_id)
    return {
        "made_at": _time(at),
        "profile": _profile(session, person),
        "guardian": _guardian(session, person),
        "consents": _consents(session, person),
        "records": _records(session, person),
        "makeups": _makeups(session, person),
        "transfers": _transfers(session, person),
        "looked_at": [
            {"at": _time(when), "role": role, "reason": reason}
            for when, role, reason in minors.looked_at(session, person)
        ],
        "taken_out": [
            {"at": _time(one.at), "role": one.role, "list": one.table, "reason": one.reason}
            for one in disclosures.taken_with(session, person)
        ],
        "messages": _messages(session, person, at),
    }


def _profile(session: Session, person: Volunteer) -> Facts:
    household, asked = households.of(session, person.id), households.asked(session, person.id)
    return {
        "code": person.code,
        "name": person.name,
        "gender": person.gender,
        "birth_date": person.birth_date.isoformat(),
        "phone": person.phone,
        "community": session.scalar(select(Area.name).where(Area.id == person.community_id)),
        "residence": person.residence_text,
        "service_categories": person.service_categories,
        "availability": person.availability,
        "emergency_contact": person.emergency_contact,
        "national_volunteer_no": person.national_volunteer_no,
        "registered_at": _time(person.created_at),
        "registered_via": person.registered_via,
        "status": person.status,
        "suspended": _suspension(session, person),
        "merged_numbers": [code for code, _ in merging.trail(session, volunteer_id=person.id)],
        "points_policy": person.points_policy,
        "elder_mode": person.elder_mode,
        "household": household.code if household else None,
        "asks_to_join_household": asked[1].code if asked else None,
        "skills": [
            {
                "skill": one.skill,
                "proof": one.proof,
                "number_ends_with": one.qualification_no_last4,
                "valid_until": one.valid_until.isoformat() if one.valid_until else None,
                "seen_by_staff": bool(one.verified_by),
            }
            for one in skills.of(session, person.id)
        ],
        "teams": [
            {"name": team.name, "role": member.role, "status": member.status}
            for member, team in teams.mine(session, volunteer_id=person.id)
        ],
    }


def _suspension(session: Session, person: Volunteer) -> Facts | None:
    found = volunteers.suspension(session, person)
    if found is None:
        return None
    return {"reason": found.reason, "until": found.until.isoformat() if found.until else None}


def _guardian(session: Session, person: Volunteer) -> Facts | None:
    found = guardians.of(session, person.id)
    if found is None:
        return None
    return {
        "name": found.name,
        "phone": found.phone,
        "relation": found.relation,
        "seen_by_staff": bool(found.verified_by),
    }


def _consents(session: Session, person: Volunteer) -> list[Facts]:
    return [
        {
            "purpose": one.purpose,
            "text_version": one.text_version,
            "given_at": _time(one.granted_at),
            "channel": one.channel,
            "taken_back_at": _time(one.withdrawn_at),
        }
        for one in consents.history(session, person.id)
    ]


def _records(session: Session, person: Volunteer) -> list[Facts]:
    found: list[ServiceRecord] = []
    while page := records.mine(session, volunteer_id=person.id, cursor=found[-1].code if found else None, limit=PAGE):
        found += page
    titles = activities.titles(session, [one.activity_id for one in found if one.activity_id])
    return [
        {
            "code": one.code,
            "date": one.local_date.isoformat(),
            "activity": titles.get(one.activity_id or 0),
            "minutes": one.minutes_credited,
            "minutes_waiting": one.minutes_pending,
            "assurance": one.assurance,
            "source": one.source,
            "status": one.status,
            "recorded_by": one.recording_org,
            "confirmed_at": _time(one.confirmed_at),
        }
        for one in found
    ]


def _makeups(session: Session, person: Volunteer) -> list[Facts]:
    found = makeups.mine(session, volunteer_id=person.id)
    titles = activities.titles(session, [one.activity_id for one in found])
    return [
        {
            "activity": titles.get(one.activity_id),
            "came": _time(one.claimed_in),
            "left": _time(one.claimed_out),
            "reason": one.reason,
            "note": one.note,
            "status": one.status,
            "decided_at": _time(one.decided_at),
            "decided_why": one.decided_why,
        }
        for one in found
    ]


def _messages(session: Session, person: Volunteer, at: datetime) -> list[Facts]:
    return [
        {
            "number": one.feedback.code,
            "written_at": _time(one.feedback.created_at),
            "kind": one.feedback.kind,
            "to": one.place,
            "text": one.feedback.text,
            "contact": one.feedback.contact,
            "due_on": one.feedback.due_on.isoformat(),
            "reply": one.feedback.reply,
            "replied_at": _time(one.feedback.replied_at),
        }
        for one in feedback.mine(session, volunteer_id=person.id, at=at)
    ]


def _transfers(session: Session, person: Volunteer) -> list[Facts]:
    found: list[ledger.StatementLine] = []
    cursor: int | None = None
    while True:
        page = ledger.statement(session, volunteer_id=person.id, cursor=cursor, limit=PAGE)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return [
        {
            "at": _time(one.at),
            "purpose": one.purpose,
            "points": one.points,
            "reference": one.reference,
            "reason": one.reason,
            "expires_on": one.expires_on.isoformat() if one.expires_on else None,
        }
        for one in found
    ]


def _time(value: datetime | None) -> str | None:
    return clock.local(value).isoformat(timespec="seconds") if value else None
