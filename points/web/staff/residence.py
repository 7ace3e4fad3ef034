"""Where a person and a household live: 邻, 小区 and 楼栋."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import households, minors, residence
from points.places import areas, compounds
from points.places.tables import Area
from points.shapes.fields import Code, Flag
from points.shapes.forms import Form
from points.web import forms, pages, where
from points.web.staff import bp


@dataclass(frozen=True, kw_only=True)
class Lives(Form):
    """Where a person lives within the community, and whether all of the household live there."""

    neighbour_group: Annotated[str, Code()] = ""
    dwelling: Annotated[str, Code()] = ""
    household: Annotated[bool, Flag()] = False
    members: Annotated[bool, Flag()] = False


@dataclass(frozen=True, kw_only=True)
class Sent(Form):
    """Which of the two forms was sent: the household's or the person's."""

    household: Annotated[bool, Flag()] = False


@bp.get("/people/<code>/home")
def people_home(code: str) -> Response:
    """Where this person and their household live."""
    return _home(code)


@bp.post("/people/<code>/home")
def people_home_say(code: str) -> Response:
    """Say where this person lives; or where their household lives, with all who belong to it."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Lives)
        home = residence.Home(form.neighbour_group, form.dwelling)

        def place(session: Session) -> None:
            minors.seen(session, code, by=by, at=at)
            if form.household:
                residence.place_household(session, volunteer=code, home=home, members=form.members, by=by, at=at)
            else:
                residence.place_person(session, volunteer=code, home=home, by=by, at=at)

        forms.once(place)
    except minors.ReasonNeeded:
        raise
    except Refusal as refusal:
        return _home(code, refusal=refusal)
    flash(gettext("Entered."))
    return redirect(url_for(".people_home", code=code), 303)


def _home(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
    home, called = residence.of(session, person)
    household = households.of(session, person.id)
    theirs, theirs_called = residence.of(session, household) if household else (residence.Home(), "")
    sent = forms.asked(Sent)
    return pages.show(
        "staff/people_home.html",
        refusal=refusal,
        person=person,
        community=session.get_one(Area, person.community_id),
        called=called,
        household=household,
        theirs_called=theirs_called,
        groups=_groups(session, person.community_id),
        dwellings=compounds.offered(session, community_id=person.community_id),
        own=forms.shown(Lives, vars(home), here=not sent.household),
        shared=forms.shown(Lives, vars(theirs), here=sent.household),
        may_person=by.role_for("volunteer.change", area_path=person.area_path) is not None,
        may_household=by.role_for("household.change", area_path=person.area_path) is not None,
    )


def _groups(session: Session, community_id: int) -> list[tuple[str, str]]:
    path = areas.path_of(session, community_id)
    found = areas.subtree(session, path=path, types=("neighbour_group",))
    return where.group_labels(session, [one for one in found if one.active])
