"""Hours verified elsewhere are taken over: they count for stars, nowhere else."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.people import persons
from points.people.tables import Volunteer
from points.service.records.refusals import OwnRecord, RecordInvalid
from points.service.records.versions import Values, write
from points.service.statuses import Assurance, NationalSync, RecordSource, RecordStatus
from points.service.tables import ActivityCategory, ServiceRecord

# --- what happens


def transfer_in(
    session: Session, *, volunteer: str, minutes: int, day: date, organiser: str, by: Actor, at: datetime
) -> ServiceRecord:
    """Take over hours verified from another organisation's certificate: they count for stars, nowhere else.

    Raises NoSuch, NotPermitted, OwnRecord, RecordInvalid.
    """
    person = session.scalars(select(Volunteer).where(persons.called(volunteer))).first()
    if person is None:
        raise NoSuch(kind=N_("volunteer"), key=volunteer)
    role = by.require("record.confirm_c", area_path=person.area_path)
    if two_people.is_oneself(session, person.code, by=by, volunteer_id=person.id):
        raise OwnRecord(record=volunteer)
    if not 1 <= minutes <= 600_000 or day > clock.local_date(at) or day.year < 1950:
        raise RecordInvalid(field="minutes", why=N_("The hours or their date are out of the question."))
    if not 2 <= len(organiser.strip()) <= 80:
        raise RecordInvalid(field="organiser", why=N_("The certificate names its organisation."))
    category = session.scalars(
        select(ActivityCategory.id).order_by(ActivityCategory.code != "other", ActivityCategory.id).limit(1)
    ).first()
    if category is None:
        raise NoSuch(kind=N_("activity category"), key="other")
    row: Values = {
        "volunteer_id": person.id,
        "activity_id": None,
        "local_date": day,
        "version": 1,
        "supersedes_id": None,
        "first_in_at": clock.at_local(day),
        "minutes_raw": minutes,
        "minutes_credited": minutes,
        "minutes_pending": 0,
        "assurance": Assurance.C,
        "source": RecordSource.TRANSFER,
        "status": RecordStatus.CONFIRMED,
        "flags": [],
        "trace": {},
        "category_id": category,
        "team_id": None,
        "community_id": person.community_id,
        "area_path": person.area_path,
        "home_community_id": person.community_id,
        "neighbour_group_id": person.neighbour_group_id,
        "unit_id": None,
        "station_id": None,
        "recording_org": organiser.strip(),
        "activity_leader_name": "",
        "confirmed_by": by.person,
        "confirmed_at": at,
        "void_reason": "",
        "voided_by": None,
        "national_sync": NationalSync.NA,
        "disputed_at": None,
        "disputed_why": "",
    }
    new = write(session, [row], at=at, by=by.person)[0]
    audit.write(
        session,
        by=by,
        role=role,
        action="record.transfer_in",
        target=f"record:{new.code}",
        at=at,
        area_path=new.area_path,
        facts={"minutes": minutes},
    )
    return new
