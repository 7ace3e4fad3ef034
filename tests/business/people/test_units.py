"""Units and 双报到: attribution, and what a unit may see of its members."""

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.people import units
from points.people.tables import ReportIn, Unit, Volunteer
from tests import make


def report_in(session: Session, person: Volunteer, unit: Unit, kind: str = "linked", **facts: object) -> ReportIn:
    return units.report_in(
        session,
        volunteer=person.code,
        unit=unit.code,
        community="BZ",
        kind=kind,
        reported_on=make.TODAY,
        **{"by": SYSTEM, "at": make.NOW, **facts},  # type: ignore[arg-type]
    )


def test_a_person_has_one_active_report_of_a_kind(session: Session) -> None:
    person, unit = make.volunteer(session), make.unit(session)
    linked = report_in(session, person, unit)
    residence = report_in(session, person, unit, "residence")
    assert units.active_for(session, person.id) == [linked, residence]
    with pytest.raises(units.AlreadyReportedIn):
        report_in(session, person, make.unit(session))
    units.end_report_in(session, volunteer=person.code, kind="linked", by=SYSTEM, at=make.NOW)
    assert units.active_for(session, person.id) == [residence]
    assert report_in(session, person, make.unit(session)).status == "active"


def test_a_member_reports_in_for_themselves_and_others_need_the_community(session: Session) -> None:
    person, unit = make.volunteer(session), make.unit(session)
    with pytest.raises(NotPermitted):
        report_in(session, person, unit, by=make.community_admin(session, "CS"))
    assert report_in(session, person, unit, by=make.volunteer_actor(session, person)).created_by == person.code
    assert report_in(session, person, unit, "residence", by=make.community_admin(session, "BZ")).status == "active"


def test_a_liaison_sees_a_number_and_the_names_that_consent(session: Session) -> None:
    shy, sharing = make.volunteer(session), make.volunteer(session)
    unit = make.unit(session)
    for person in (shy, sharing):
        report_in(session, person, unit)
    make.consent(session, sharing, "share_unit")
    liaison = make.staff(session, role="unit_liaison", place=unit.code)
    seen = units.members(session, unit=unit.code, by=liaison)
    assert (seen.count, [person for _, person in seen.named]) == (2, [sharing])
    street = units.members(session, unit=unit.code, by=make.street_admin(session))
    assert [person for _, person in street.named] == [shy, sharing]


def test_a_liaison_sees_their_own_unit_only(session: Session) -> None:
    unit, other = make.unit(session), make.unit(session)
    liaison = make.staff(session, role="unit_liaison", place=unit.code)
    assert units.visible(session, by=liaison) == [unit]
    with pytest.raises(NoSuch):
        units.members(session, unit=other.code, by=liaison)


def test_units_are_entered_by_the_street(session: Session) -> None:
    make.street(session)
    for by in (make.community_admin(session), make.stranger(session)):
        with pytest.raises(NotPermitted):
            units.add(session, code="U1", name="示例", kind="backing", linked_community="BZ", by=by, at=make.NOW)
    unlinked = units.add(
        session,
        code="U1",
        name="示例",
        kind="backing",
        linked_community=None,
        by=make.street_admin(session),
        at=make.NOW,
    )
    assert units.seen(session, "U1", by=make.street_admin(session)) is unlinked
    with pytest.raises(NoSuch):
        units.seen(session, "U1", by=make.community_admin(session))
