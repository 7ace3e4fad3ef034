"""Teams, and units whose members report in."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.names import codes_of, leaders_of
from points.api.room import Room
from points.database import db, transaction
from points.foundation import clock
from points.people import minors, team_invitations, team_standing, teams, units
from points.people.tables import Team, Unit
from points.places.tables import Area
from points.registry import dissolving
from points.shapes.fields import Given
from points.shapes.paging import Named, page_of
from points.shapes.teams import (
    AnswerShape,
    ClosedUnitShape,
    EndReportInShape,
    InvitedShape,
    MembersShape,
    NewTeamShape,
    NewUnitShape,
    ReportInShape,
    TeamShape,
    UnitChangeShape,
    UnitMembersShape,
    UnitShape,
    WhoAndWhyShape,
    WhoShape,
)
from points.shapes.volunteers import ReasonShape

room = Room("teams", __name__, description="Teams, and the units whose members report in (双报到).")


@room.read("/teams", query=Named, answer=page_of(TeamShape))
def list_teams(given: Given) -> object:
    """The teams in your reach and those you belong to, by code."""
    session = db.session()
    found, more = paging.cut(teams.visible(session, by=http.current_actor()), given, key=lambda team: team.code)
    return paging.page(_teams(session, found), more)


@room.read("/teams/<code:code>", answer=TeamShape)
def show_team(code: str) -> object:
    """One team."""
    session = db.session()
    return _teams(session, [teams.seen(session, code, by=http.current_actor())])[0]


@room.act("/teams", body=NewTeamShape, answer=TeamShape, status=201)
def found_team(given: Given) -> object:
    """Found a team; its leader becomes the first member."""
    with transaction() as session:
        team = teams.found(session, teams.NewTeam(**given), by=http.current_actor(), at=clock.now())
        return _teams(session, [team])[0]


@room.read("/teams/<code:code>/members", answer=MembersShape)
def list_team_members(code: str) -> object:
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
def apply_to_team(given: Given, code: str) -> object:
    """Ask to join."""
    return _with_member(teams.apply, given, code)


@room.act("/teams/<code:code>/admit", body=WhoShape, answer=TeamShape)
def admit_to_team(given: Given, code: str) -> object:
    """Take a person in, whether or not they applied."""
    return _with_member(teams.admit, given, code)


@room.act("/teams/<code:code>/leave", body=WhoShape, answer=TeamShape)
def leave_team(given: Given, code: str) -> object:
    """Leave, or take back the application."""
    return _with_member(teams.leave, given, code)


@room.act("/teams/<code:code>/remove", body=WhoAndWhyShape, answer=TeamShape)
def remove_from_team(given: Given, code: str) -> object:
    """Remove a member, or decline an application."""
    return _with_member(teams.remove, given, code)


@room.act("/teams/<code:code>/leader", body=WhoAndWhyShape, answer=TeamShape)
def change_team_leader(given: Given, code: str) -> object:
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


@room.act("/teams/<code:code>/invite", body=InvitedShape, answer=TeamShape)
def invite_to_team(given: Given, code: str) -> object:
    """Ask whoever has this card or number to join; whether there is anybody is not said. They answer themselves."""
    return _with_member(team_invitations.invite, given, code)


@room.act("/teams/<code:code>/answer", body=AnswerShape, answer=TeamShape)
def answer_team(given: Given, code: str) -> object:
    """Say yes or no to a team that asked you, or your child."""
    return _with_member(team_invitations.answer, given, code)


@room.act("/teams/<code:code>/deputies", body=WhoShape, answer=TeamShape)
def name_team_deputy(given: Given, code: str) -> object:
    """Name a member a deputy, who may do for the team what its leader may."""
    return _with_member(team_standing.name_deputy, given, code)


@room.act("/teams/<code:code>/deputies/end", body=WhoShape, answer=TeamShape)
def end_team_deputy(given: Given, code: str) -> object:
    """A deputy is an ordinary member again."""
    return _with_member(team_standing.end_deputy, given, code)


@room.act("/teams/<code:code>/pause", body=ReasonShape, answer=TeamShape)
def pause_team(given: Given, code: str) -> object:
    """Pause: nobody joins and nothing new is planned."""
    return _with_member(team_standing.pause, given, code)


@room.act("/teams/<code:code>/resume", body=ReasonShape, answer=TeamShape)
def resume_team(given: Given, code: str) -> object:
    """End a pause."""
    return _with_member(team_standing.resume, given, code)


@room.act("/teams/<code:code>/dissolve", body=ReasonShape, answer=TeamShape)
def dissolve_team(given: Given, code: str) -> object:
    """End a team that has no open activities."""
    return _with_member(dissolving.dissolve, given, code)


@room.read("/units", query=Named, answer=page_of(UnitShape))
def list_units(given: Given) -> object:
    """The units in your reach, by code."""
    session = db.session()
    found, more = paging.cut(units.visible(session, by=http.current_actor()), given, key=lambda unit: unit.code)
    return paging.page(_units(session, found), more)


@room.read("/units/<code:code>", answer=UnitShape)
def show_unit(code: str) -> object:
    """One unit."""
    session = db.session()
    return _units(session, [units.seen(session, code, by=http.current_actor())])[0]


@room.act("/units", body=NewUnitShape, answer=UnitShape, status=201)
def add_unit(given: Given) -> object:
    """Enter a unit."""
    with transaction() as session:
        unit = units.add(session, **given, by=http.current_actor(), at=clock.now())
        return _units(session, [unit])[0]


@room.act("/units/<code:code>/change", body=UnitChangeShape, answer=UnitShape)
def change_unit(given: Given, code: str) -> object:
    """Correct what is sent of a unit; `null` links it to no community."""
    sent = {name: "" if value is None else value for name, value in given.items()}
    with transaction() as session:
        return _units(session, [units.change(session, unit=code, **sent, by=http.current_actor(), at=clock.now())])[0]


@room.act("/units/<code:code>/close", body=ClosedUnitShape, answer=UnitShape)
def close_unit(given: Given, code: str) -> object:
    """End a unit's part; reports of its members end with it, if you say so."""
    with transaction() as session:
        return _units(session, [units.close(session, unit=code, **given, by=http.current_actor(), at=clock.now())])[0]


@room.read("/units/<code:code>/members", answer=UnitMembersShape)
def list_unit_members(code: str) -> object:
    """How many report in for the unit, and those whom you may see by name."""
    found = units.members(db.session(), unit=code, by=http.current_actor())
    named = sorted({person.code for _, person in found.named})
    return {"count": found.count, "items": [{"volunteer": code} for code in named]}


@room.act("/units/<code:code>/report-ins", body=ReportInShape, answer=ReportInShape, status=201)
def report_in(given: Given, code: str) -> object:
    """Let a member of the unit report to a community."""
    with transaction() as session:
        units.report_in(session, unit=code, **given, by=http.current_actor(), at=clock.now())
        return given


@room.act("/report-ins/end", body=EndReportInShape, answer=EndReportInShape)
def end_report_in(given: Given) -> object:
    """End the active report of a kind."""
    with transaction() as session:
        units.end_report_in(session, **given, by=http.current_actor(), at=clock.now())
        return given


def _with_member(verb: Callable[..., object], given: Given, code: str) -> object:
    with transaction() as session:
        verb(session, team=code, **given, by=http.current_actor(), at=clock.now())
        return _teams(session, [teams.by_code(session, code)])[0]


def _teams(session: Session, found: list[Team]) -> list[dict[str, object]]:
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


def _units(session: Session, found: list[Unit]) -> list[dict[str, object]]:
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
