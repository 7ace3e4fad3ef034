"""A resident's household at the counter: who belongs to it, answered for its head who is there, and shared points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import identity
from points.access.identity import Identity
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import households, minors, persons, residence
from points.places.tables import Area
from points.shapes.fields import Code, Flag, Number
from points.shapes.forms import Form
from points.shapes.volunteers import NewConsentShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.identified import Identified, shown_by


@dataclass(frozen=True, kw_only=True)
class Who(Form):
    """Whom the form that was sent is about."""

    who: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class TakeIn(Identified):
    """Whom the head of the household takes in, and that it is the head."""

    who: Annotated[str, Number(20)]


@dataclass(frozen=True, kw_only=True)
class Answer(TakeIn):
    """What the head of the household answers who asks."""

    accept: Annotated[bool, Flag()]


@dataclass(frozen=True, kw_only=True)
class Paper(Form, like=NewConsentShape):
    """The paper signed for shared points."""

    paper_ref: str


@bp.get("/people/<code>/household")
def people_household(code: str) -> Response:
    """Who belongs to this person's household, who asks to join it, and who shares points."""
    return _household(code)


@bp.post("/people/<code>/household/<step>")
def people_household_step(code: str, step: str) -> Response:
    """Found one; with its head there answer who asks, or take somebody in; share points on paper, or not; leave."""
    by, at = http.current_actor(), clock.now()

    def found(session: Session) -> None:
        person = persons.by_code(session, code)
        home = session.get_one(Area, person.community_id).code
        households.found(session, head=person.code, community=home, by=by, at=at)

    def answer(session: Session) -> None:
        form = forms.read(Answer)
        head = _checked(session, form, code)
        households.answer(session, volunteer=form.who, accept=form.accept, by=by, at=at, identity=head.check)

    def take_in(session: Session) -> None:
        form = forms.read(TakeIn)
        _checked(session, form, code)
        home = households.of(session, persons.by_code(session, code).id)
        households.join(session, household=home.code if home else "", volunteer=form.who, pool=False, by=by, at=at)

    def share(session: Session) -> None:
        paper = forms.read(Paper).paper_ref
        households.pool_on_paper(session, volunteer=code, paper_ref=paper, by=by, at=at)

    def keep(session: Session) -> None:
        households.choose_pool(session, volunteer=code, pool=False, by=by, at=at)

    def leave(session: Session) -> None:
        households.leave(session, volunteer=code, by=by, at=at)

    steps: dict[str, Callable[[Session], None]] = {
        "found": found, "answer": answer, "take-in": take_in, "share": share, "keep": keep, "leave": leave,
    }  # fmt: skip
    if step not in steps:
        pages.not_here()
    try:
        forms.once(lambda session: steps[step](session))
    except Refusal as refusal:
        return _household(code, refusal=refusal)
    flash(gettext("Done."))
    return redirect(url_for(".people_household", code=code), 303)


def _household(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
    by.require("household.change", area_path=person.area_path)
    home = households.of(session, person.id)
    members = households.members(session, home.id) if home else []
    asking = households.asking(session, home.id) if home else []
    return pages.show(
        "staff/household.html",
        refusal=refusal,
        answer=lambda who: forms.shown(Answer, here=forms.asked(Who).who == who),
        take_in=forms.shown(TakeIn),
        paper=forms.shown(Paper),
        person=person,
        home=home,
        head=next((one for one in members if home and one.id == home.head_id), None),
        members=members,
        asking=asking,
        sharing=households.pooling(session, home.id) if home else set(),
        lives=residence.of(session, home)[1] if home else "",
        asked=households.asked(session, person.id),
        names=minors.names(session, [*members, *(one for _, one in asking)], by=by, at=at),
    )


def _checked(session: Session, form: Identified, code: str) -> Identity:
    """That the head of this person's household is there. Raises IdentityMissing or what the check refuses."""
    return identity.checked(
        session, shown_by(form), volunteer=_head_of(session, code), clerk=http.current_actor(), at=clock.now()
    )


def _head_of(session: Session, code: str) -> str:
    """The code of the head of this person's household. Raises NotInHousehold."""
    home = households.of(session, persons.by_code(session, code).id)
    if home is None:
        raise households.NotInHousehold(volunteer=code)
    return persons.code_of(session, home.head_id)
