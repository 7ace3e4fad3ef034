"""Teams, and units whose members report in."""

from typing import Any

from marshmallow import fields as shown
from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.fields import Code, Day, Shape, Text, Word
from points.api.names import codes_of, leaders_of
from points.api.room import Given, Room
from points.database import db, transaction
from points.foundation import clock
from points.people import minors, teams, units
from points.people.tables import Team, Unit
from points.places.tables import Area

room = Room("teams", __name__, description="Teams, and the units whose members report in (双报到).")

TEAM_KINDS = ("community", "street", "unit", "party", "women", "elder", "youth", "professional")
UNIT_KINDS = ("backing", "resident", "co_build", "other")
REPORT_KINDS = ("linked", "residence")


class TeamShape(Shape):
    """A team."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    kind = shown.String(required=True)
    area = shown.String(required=True)
    leader = shown.String(required=True)
    founded_on = shown.Date(required=True)
    status = shown.String(required=True)


class NewTeamShape(Shape):
    """A team to found."""

    code = Code(20, required=True)
    name = Text(60, least=1, required=True)
    kind = Word(*TEAM_KINDS, required=True)
    area = Code(required=True)
    leader = Code(required=True)
    founded_on = Day(required=True)


class MemberShape(Shape):
    """A member as those see them who manage the team."""

    volunteer = shown.String(required=True)
    name = shown.String(required=True)
    role = shown.String(required=True)
    status = shown.String(required=True)


class MembersShape(Shape):
    """The members of a team."""

    items = shown.List(shown.Nested(MemberShape), required=True)


class WhoShape(Shape):
    """A volunteer."""

    volunteer = Code(required=True)


class WhoAndWhyShape(Shape):
    """A volunteer and a reason."""

    volunteer = Code(required=True)
    reason = Text(200, load_default="")


class UnitShape(Shape):
    """A unit; its members are counted, never listed here."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    kind = shown.String(required=True)
    linked_community = shown.String(required=True, allow_none=True)
    active = shown.Boolean(required=True)


class NewUnitShape(Shape):
    """A unit to enter."""

    code = Code(20, required=True)
    name = Text(60, least=1, required=True)
    kind = Word(*UNIT_KINDS, required=True)
    linked_community = Code(load_default=None, allow_none=True)


class UnitMembersShape(Shape):
    """Who reports in for a unit: how many, and by name those you may see."""

    count = shown.Integer(required=True)
    items = shown.List(shown.Nested(WhoShape), required=True)


class ReportInShape(Shape):
    """A member of a unit who reports to a community."""

    volunteer = Code(required=True)
    community = Code(required=True)
    kind = Word(*REPORT_KINDS, required=True)
    reported_on = Day(required=True)


class EndReportInShape(Shape):
    """Which report to end."""

    volunteer = Code(required=True)
    kind = Word(*REPORT_KINDS, required=True)


@room.read("/teams", query=paging.Named, answer=paging.page_of(TeamShape))
def list_teams(given: Given) -> Any:
    """The teams in your reach and those you belong to, by code."""
    session = db.session()
    found, more = paging.cut(teams.visible(session, by=http.current_actor()), given, key=lambda team: team.code)
    return paging.page(_teams(session, found), more)


@room.read("/teams/<code:code>", answer=TeamShape)
def show_team(code: str) -> Any:
    """One team."""
    session = db.session()
    return _teams(session, [teams.seen(session, code, by=http.current_actor())])[0]


@room.act("/teams", body=NewTeamShape, answer=TeamShape, status=201)
def found_team(given: Given) -> Any:
    """Found a team; its leader becomes the first member."""
    with transaction() as session:
        team = teams.found(session, **given, by=http.current_actor(), at=clock.now())
        return _teams(session, [team])[0]


@room.read("/teams/<code:code>/members", answer=MembersShape)
def list_team_members(code: str) -> Any:
    """The members, for those who manage them; applications last."""
    session, by = db.session(), http.current_actor()
    teams.seen(session, code, by=by)
    found = teams.members(session, team=code, by=by)
    names = minors.names(session, [person for _, person in found], by=by, at=clock.now())
    return {
        "items": [
            {"volunteer": person.code, "name": names[person.code], "role": member.role, "status": member.status}
            for member, person in found
        ]
    }


@room.act("/teams/<code:code>/apply", body=WhoShape, answer=TeamShape)
def apply_to_team(given: Given, code: str) -> Any:
    """Ask to join."""
    return _with_member(teams.apply, given, code)


@room.act("/teams/<code:code>/admit", body=WhoShape, answer=TeamShape)
def admit_to_team(given: Given, code: str) -> Any:
    """Take a person in, whether or not they applied."""
    return _with_member(teams.admit, given, code)


@room.act("/teams/<code:code>/leave", body=WhoShape, answer=TeamShape)
def leave_team(given: Given, code: str) -> Any:
    """Leave, or take back the application."""
    return _with_member(teams.leave, given, code)


@room.act("/teams/<code:code>/remove", body=WhoAndWhyShape, answer=TeamShape)
def remove_from_team(given: Given, code: str) -> Any:
    """Remove a member, or decline an application."""
    return _with_member(teams.remove, given, code)


@room.act("/teams/<code:code>/leader", body=WhoAndWhyShape, answer=TeamShape)
def change_team_leader(given: Given, code: str) -> Any:
    """Name another leader."""
    with transaction() as session:
        team = teams.change_leader(
            session,
            team=code,
            leader=given["volunteer"],
            reason=given["reason"],
            by=http.current_actor(),
            at=clock.now(),
        )
        return _teams(session, [team])[0]


@room.read("/units", query=paging.Named, answer=paging.page_of(UnitShape))
def list_units(given: Given) -> Any:
    """The units in your reach, by code."""
    session = db.session()
    found, more = paging.cut(units.visible(session, by=http.current_actor()), given, key=lambda unit: unit.code)
    return paging.page(_units(session, found), more)


@room.read("/units/<code:code>", answer=UnitShape)
def show_unit(code: str) -> Any:
    """One unit."""
    session = db.session()
    return _units(session, [units.seen(session, code, by=http.current_actor())])[0]


@room.act("/units", body=NewUnitShape, answer=UnitShape, status=201)
def add_unit(given: Given) -> Any:
    """Enter a unit."""
    with transaction() as session:
        unit = units.add(session, **given, by=http.current_actor(), at=clock.now())
        return _units(session, [unit])[0]


@room.read("/units/<code:code>/members", answer=UnitMembersShape)
def list_unit_members(code: str) -> Any:
    """How many report in for the unit, and those whom you may see by name."""
    found = units.members(db.session(), unit=code, by=http.current_actor())
    named = sorted({person.code for _, person in found.named})
    return {"count": found.count, "items": [{"volunteer": code} for code in named]}


@room.act("/units/<code:code>/report-ins", body=ReportInShape, answer=ReportInShape, status=201)
def report_in(given: Given, code: str) -> Any:
    """Let a member of the unit report to a community."""
    with transaction() as session:
        units.report_in(session, unit=code, **given, by=http.current_actor(), at=clock.now())
        return given


@room.act("/report-ins/end", body=EndReportInShape, answer=EndReportInShape)
def end_report_in(given: Given) -> Any:
    """End the active report of a kind."""
    with transaction() as session:
        units.end_report_in(session, **given, by=http.current_actor(), at=clock.now())
        return given


def _with_member(verb: Any, given: Given, code: str) -> Any:
    with transaction() as session:
        verb(session, team=code, **given, by=http.current_actor(), at=clock.now())
        return _teams(session, [teams.by_code(session, code)])[0]


def _teams(session: Session, found: list[Team]) -> list[dict[str, Any]]:
    areas = codes_of(session, Area, (team.area_id for team in found))
    leaders = leaders_of(session, (team.leader_id for team in found), by=http.current_actor())
    return [
        {
            "code": team.code,
            "name": team.name,
            "kind": team.kind,
            "area": areas[team.area_id],
            "leader": leaders[team.leader_id],
            "founded_on": team.founded_on,
            "status": team.status,
        }
        for team in found
    ]


def _units(session: Session, found: list[Unit]) -> list[dict[str, Any]]:
    communities = codes_of(session, Area, (unit.linked_community_id for unit in found))
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "kind": unit.kind,
            "linked_community": communities[unit.linked_community_id],
            "active": unit.active,
        }
        for unit in found
    ]
