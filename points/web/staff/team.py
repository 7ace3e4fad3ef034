"""A team: who is in it, who wants to join, what it has done."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import N_, Refusal
from points.people import minors, team_invitations, team_standing, teams
from points.places import areas
from points.registry import dissolving
from points.reports import team_report
from points.shapes.activities import WhyShape
from points.shapes.fields import Code, Number, Text
from points.shapes.forms import Form
from points.shapes.teams import InvitedShape, NewTeamShape, WhoAndWhyShape
from points.web import forms, pages, words
from points.web.staff import bp
from points.web.usual import Page, Why

TEAMS_A_PAGE = 60
ASKED = N_("If it is the card or number of a volunteer of this street, they are asked on their own page.")


@dataclass(frozen=True, kw_only=True)
class Search(Page):
    """A part of a team's name or code."""

    text: Annotated[str, Text(60)] = ""


@dataclass(frozen=True, kw_only=True)
class NewTeam(Form, like=NewTeamShape):
    """A team to found."""

    name: str
    code: Annotated[str, Code(20, capitals=True)]
    kind: str
    area: str
    leader: Annotated[str, Number(20)]


@dataclass(frozen=True, kw_only=True)
class Who(Form):
    """Somebody to take in."""

    volunteer: Annotated[str, Number(20)]


@dataclass(frozen=True, kw_only=True)
class Invited(Form, like=InvitedShape):
    """The card or number of somebody who is asked to join."""

    who: str


@dataclass(frozen=True, kw_only=True)
class NewLeader(Form, like=WhyShape):
    """Who leads the team from now on, and why."""

    leader: Annotated[str, Number(20)]
    reason: str


@dataclass(frozen=True, kw_only=True)
class WhoAndWhy(Who, like=WhoAndWhyShape):
    """Somebody to remove, and why."""

    reason: str = ""


@bp.get("/teams")
def team_list() -> Response:
    """The teams in one's reach, by name or code where somebody looks for one, a page at a time."""
    return _teams()


@bp.post("/teams")
def team_found() -> Response:
    """Found a team."""

    def found(session: Session) -> str:
        return teams.found(
            session,
            teams.NewTeam(
                code=form.code,
                name=form.name,
                kind=form.kind,
                area=form.area,
                leader=form.leader,
                founded_on=clock.local_date(clock.now()),
            ),
            by=http.current_actor(),
            at=clock.now(),
        ).code

    try:
        form = forms.read(NewTeam)
        code = forms.once(found)
    except Refusal as refusal:
        return _teams(refusal=refusal)
    return redirect(url_for(".team", code=code), 303)


@bp.get("/teams/<code>")
def team(code: str) -> Response:
    """Applicants first, then the members, then the figures of this year and the last."""
    return _team(code)


@bp.post("/teams/<code>/<step>")
def team_step(code: str, step: str) -> Response:
    """One step of a team: of its applicants, members, deputies and leader, or of the team itself."""
    by, at = http.current_actor(), clock.now()
    try:

        def act(session: Session) -> None:
            teams.seen(session, code, by=by)
            match step:
                case "admit":
                    teams.admit(session, team=code, volunteer=forms.read(Who).volunteer, by=by, at=at)
                case "remove":
                    gone = forms.read(WhoAndWhy)
                    teams.remove(session, team=code, volunteer=gone.volunteer, reason=gone.reason, by=by, at=at)
                case "invite":
                    team_invitations.invite(session, team=code, who=forms.read(Invited).who, by=by, at=at)
                case "deputy":
                    team_standing.name_deputy(session, team=code, volunteer=forms.read(Who).volunteer, by=by, at=at)
                case "end-deputy":
                    team_standing.end_deputy(session, team=code, volunteer=forms.read(Who).volunteer, by=by, at=at)
                case "leader":
                    new = forms.read(NewLeader)
                    teams.change_leader(session, team=code, leader=new.leader, reason=new.reason, by=by, at=at)
                case "pause":
                    team_standing.pause(session, team=code, reason=forms.read(Why).reason, by=by, at=at)
                case "resume":
                    team_standing.resume(session, team=code, reason=forms.read(Why).reason, by=by, at=at)
                case "dissolve":
                    dissolving.dissolve(session, team=code, reason=forms.read(Why).reason, by=by, at=at)
                case _:
                    pages.not_here()

        forms.once(act)
    except Refusal as refusal:
        return _team(code, refusal=refusal)
    flash(gettext(ASKED) if step == "invite" else gettext("Done."))
    return redirect(url_for(".team", code=code), 303)


def _teams(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    asked = forms.asked(Search)
    wanted, page = asked.text, asked.page
    found = [
        one
        for one in teams.visible(session, by=by)
        if wanted.lower() in one.name.lower() or wanted.lower() in one.code.lower()
    ]
    return pages.show(
        "staff/teams.html",
        refusal=refusal,
        form=forms.shown(NewTeam),
        search=forms.shown(Search),
        found=found[(page - 1) * TEAMS_A_PAGE : page * TEAMS_A_PAGE],
        count=len(found),
        turned=pages.turned(page, len(found), a_page=TEAMS_A_PAGE),
        text=wanted,
        may_found_at=[
            (one.code, one.name)
            for one in areas.subtree(session, path="/", by=by, types=("street", "community"))
            if by.role_for("team.change", area_path=one.path)
        ],
        kinds=words.TEAM_KIND,
    )


def _team(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = teams.seen(session, code, by=by)
    today = clock.local_date(clock.now())
    this_year = today.replace(month=1, day=1)
    last_year = (this_year - timedelta(days=1)).replace(month=1, day=1)
    path = areas.path_of(session, found.area_id)
    may_manage = by.role_for("team.members", area_path=path, team_id=found.id)
    people = teams.members(session, team=code, by=by) if may_manage else []
    years = ((this_year, today), (last_year, this_year - timedelta(days=1)))
    return pages.show(
        "staff/team.html",
        refusal=refusal,
        form=forms.shown(Who),
        team=found,
        place=areas.by_code(session, areas.code_of(session, found.area_id)).name,
        leader=pages.person_label(session, found.leader_id, by=by),
        may_manage=may_manage,
        may_plan=by.role_for("activity.propose", area_path=path, team_id=found.id),
        inviting=forms.shown(Invited),
        leading=forms.shown(NewLeader),
        why=forms.shown(Why),
        may_change=by.role_for("team.change", area_path=path) is not None,
        may_name=by.oneself == found.leader_id or by.role_for("team.change", area_path=path) is not None,
        open_activities=dissolving.open_activities(session, found),
        takes_in=by.role_for("team.members", area_path=path) is not None,
        names=minors.names(session, [person for _, person in people], by=by, at=clock.now()),
        applied=[one for one in people if one[0].status == "applied"],
        members=[one for one in people if one[0].status == "active"],
        figures=[
            (start.year, team_report.of(session, team=code, by=by, date_from=start, date_to=end))
            for start, end in years
        ]
        if by.role_for("team.see", area_path=path, team_id=found.id)
        else [],
    )
