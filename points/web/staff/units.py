"""Units: who they are, who reports in for them, and where."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.people import minors, units
from points.people.tables import Unit
from points.places import areas
from points.places.tables import Area
from points.shapes.fields import Code, Number
from points.shapes.forms import Form
from points.shapes.teams import ClosedUnitShape, EndReportInShape, NewUnitShape, ReportInShape
from points.web import forms, pages, words
from points.web.staff import bp


@dataclass(frozen=True, kw_only=True)
class NewUnit(Form, like=NewUnitShape):
    """A unit to enter."""

    name: str
    code: Annotated[str, Code(20, capitals=True)]
    kind: str
    linked_community: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Corrected(Form, like=NewUnitShape):
    """What is known of a unit."""

    name: str
    kind: str
    linked_community: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Closed(Form, like=ClosedUnitShape):
    """Why a unit takes part no longer."""

    reason: str
    end_reports: bool = False


@dataclass(frozen=True, kw_only=True)
class Member(Form, like=ReportInShape):
    """Somebody who reports in for the unit, where, and as what."""

    volunteer: Annotated[str, Number(20)]
    community: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Gone(Form, like=EndReportInShape):
    """Whose report ends."""

    volunteer: Annotated[str, Number(20)]
    kind: str


@bp.get("/units", endpoint="units")
def unit_list() -> Response:
    """The units in one's reach."""
    return _units()


@bp.post("/units")
def unit_add() -> Response:
    """Enter a unit."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(NewUnit)
        code = forms.once(
            lambda session: (
                units.add(
                    session,
                    code=form.code,
                    name=form.name,
                    kind=form.kind,
                    linked_community=form.linked_community or None,
                    by=by,
                    at=at,
                ).code
            )
        )
    except Refusal as refusal:
        return _units(refusal=refusal)
    return redirect(url_for(".unit", code=code), 303)


@bp.get("/units/<code>")
def unit(code: str) -> Response:
    """A unit, how many report in for it, and by name whom one may see."""
    return _unit(code)


@bp.post("/units/<code>/<step>")
def unit_step(code: str, step: str) -> Response:
    """Correct or close a unit; let somebody report in for it, or end that."""
    by, at = http.current_actor(), clock.now()
    try:

        def act(session: Session) -> None:
            units.seen(session, code, by=by)
            match step:
                case "change":
                    new = forms.read(Corrected)
                    units.change(
                        session,
                        unit=code,
                        name=new.name,
                        kind=new.kind,
                        linked_community=new.linked_community,
                        by=by,
                        at=at,
                    )
                case "close":
                    why = forms.read(Closed)
                    units.close(session, unit=code, reason=why.reason, end_reports=why.end_reports, by=by, at=at)
                case "report-in":
                    who = forms.read(Member)
                    units.report_in(
                        session,
                        unit=code,
                        volunteer=who.volunteer,
                        community=who.community,
                        kind=who.kind,
                        reported_on=clock.local_date(at),
                        by=by,
                        at=at,
                    )
                case "end":
                    gone = forms.read(Gone)
                    units.end_report_in(session, volunteer=gone.volunteer, kind=gone.kind, by=by, at=at)
                case _:
                    pages.not_here()

        forms.once(act)
    except Refusal as refusal:
        return _unit(code, refusal=refusal)
    flash(gettext("Done."))
    return redirect(url_for(".unit", code=code), 303)


def _units(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    by.require_somewhere("unit.see")
    found = units.visible(session, by=by)
    return pages.show(
        "staff/units.html",
        refusal=refusal,
        form=forms.shown(NewUnit),
        found=found,
        may_add=bool(by.reaches("unit.change")),
        kinds=words.UNIT_KIND,
        communities=_communities(session, by, "unit.change"),
    )


def _unit(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = units.seen(session, code, by=by)
    members = units.members(session, unit=code, by=by)
    linked = session.get(Area, found.linked_community_id) if found.linked_community_id else None
    shown: dict[str, object] = {
        "name": found.name,
        "kind": found.kind,
        "linked_community": linked.code if linked else "",
    }
    return pages.show(
        "staff/unit.html",
        refusal=refusal,
        unit=found,
        linked=linked,
        count=members.count,
        named=members.named,
        names=minors.names(session, [person for _, person in members.named], by=by, at=clock.now()),
        form=forms.shown(Member),
        correcting=forms.shown(Corrected, shown),
        closing=forms.shown(Closed),
        may_change=_may_change(found, linked, by),
        may_report=_communities(session, by, "volunteer.change"),
        kinds=words.UNIT_KIND,
        communities=_communities(session, by, "unit.change"),
        ways=words.REPORT_IN_KIND,
    )


def _may_change(unit: Unit, linked: Area | None, by: Actor) -> bool:
    if not unit.active:
        return False
    if linked is None:
        return bool(by.reaches("unit.change"))
    return by.role_for("unit.change", area_path=linked.path) is not None


def _communities(session: Session, by: Actor, action: str) -> list[tuple[str, str]]:
    """The communities in which one may do this."""
    return [
        (one.code, one.name)
        for one in areas.subtree(session, path="/", types=("community",))
        if by.role_for(action, area_path=one.path)
    ]
