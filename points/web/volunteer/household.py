"""My household: asking to join, who is in it, sharing points, who spent what, leaving."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http, ledger
from points.database import db
from points.exchange import redemption
from points.exchange.tables import Redemption
from points.foundation import clock, masking
from points.foundation.errors import Refusal
from points.people import households, persons, volunteers
from points.people.tables import Household, HouseholdRequest, Volunteer
from points.places.tables import Area
from points.shapes.fields import Code, Flag, Text
from points.shapes.forms import Form
from points.shapes.volunteers import PoolShape
from points.web import forms, pages
from points.web.subjects import subject
from points.web.usual import Page
from points.web.volunteer import bp

A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Ask(Form):
    """The household's code, with the blanks and hyphens with which it is read out."""

    code: Annotated[str, Text(40)]


@dataclass(frozen=True, kw_only=True)
class Answer(Form):
    """Who asks, and whether they are let in."""

    who: Annotated[str, Code()]
    accept: Annotated[bool, Flag()] = False


@dataclass(frozen=True, kw_only=True)
class Leaver(Form):
    """Whose membership ends."""

    who: Annotated[str, Code()]


@dataclass(frozen=True, kw_only=True)
class Pool(Form, like=PoolShape):
    """Whether points are shared."""

    pool: bool = False


@bp.get("/household")
def household() -> Response:
    """Who is in my household, who shares points with it, and whether I do."""
    return _household()


@bp.post("/household")
def found_household() -> Response:
    """Begin a household of my own; others ask me to join it."""

    def act(session: Session) -> str:
        by, person = http.current_actor(), persons.by_code(session, subject().code)
        households.found(
            session,
            head=person.code,
            community=session.get_one(Area, person.community_id).code,
            by=by,
            at=clock.now(),
        )
        return str(gettext("Your household is there. Tell its code to those who live with you."))

    return _done(act)


@bp.post("/household/ask")
@http.limiter.limit("10 per minute;40 per hour")
def ask_household() -> Response:
    """Ask the head whose code I was told."""

    def act(session: Session) -> str:
        code = forms.read(Ask).code
        asked = households.ask(
            session, household=code, volunteer=subject().code, by=http.current_actor(), at=clock.now()
        )
        waits = gettext("Asked. The head of the household answers on their own page.")
        return str(waits if asked is not None else gettext("The child belongs to the household from now on."))

    return _done(act)


@bp.post("/household/take-back")
def take_back() -> Response:
    """Ask no longer."""

    def act(session: Session) -> str:
        households.take_back(session, volunteer=subject().code, by=http.current_actor(), at=clock.now())
        return str(gettext("You ask no longer."))

    return _done(act)


@bp.post("/household/answer")
def answer_household() -> Response:
    """Let somebody who asks join my household, or not."""

    def act(session: Session) -> str:
        form = forms.read(Answer)
        households.answer(session, volunteer=form.who, accept=form.accept, by=http.current_actor(), at=clock.now())
        return str(gettext("They belong to your household from now on.") if form.accept else gettext("Declined."))

    return _done(act)


@bp.post("/household/remove")
def remove_from_household() -> Response:
    """End somebody else's membership; their points stay theirs."""

    def act(session: Session) -> str:
        who = forms.read(Leaver).who
        households.remove(session, volunteer=who, by=http.current_actor(), at=clock.now())
        return str(gettext("They are no longer in your household. Their points are theirs."))

    return _done(act)


@bp.post("/household/pool")
def choose_pool() -> Response:
    """Begin or end sharing my points; beginning is my consent."""

    def act(session: Session) -> str:
        pool = forms.read(Pool).pool
        households.choose_pool(session, volunteer=subject().code, pool=pool, by=http.current_actor(), at=clock.now())
        shared = gettext("You share your points with your household from now on.")
        return str(shared if pool else gettext("Your points are yours alone from now on."))

    return _done(act)


@bp.post("/household/leave")
def leave_household() -> Response:
    """Leave the household; my points stay mine."""

    def act(session: Session) -> str:
        households.leave(session, volunteer=subject().code, by=http.current_actor(), at=clock.now())
        return str(gettext("You left the household. Your points are yours alone."))

    return _done(act)


def _done(act: Callable[[Session], str]) -> Response:
    """Do one act of the household and say what it did, or why not."""
    try:
        told = forms.once(act)
    except Refusal as refusal:
        return _household(refusal=refusal)
    flash(told, "good")
    return redirect(url_for(".household"), 303)


def _household(*, refusal: Refusal | None = None) -> Response:
    session, who = db.session(), subject()
    home = households.of(session, who.id)
    sharing = households.pooling(session, home.id) if home else set()
    members = households.members(session, home.id) if home else []
    pool = households.pool(session, who.id) if home else []
    head = home is not None and home.head_id == who.id and not who.child
    names = {one.id: _name(one, who.id) for one in members}
    page = forms.asked(Page).page
    spent, count = _spent(session, home, who.id, page=page)
    return pages.show(
        "volunteer/household.html",
        refusal=refusal,
        form=forms.shown(Ask),
        subject=who,
        home=home,
        head=head,
        members=[
            (names[one.id], one.code, one.id in sharing, home is not None and one.id == home.head_id) for one in members
        ],
        sharing=who.id in sharing,
        pooled=ledger.spendable(session, pool, day=clock.local_date(clock.now())) if len(pool) > 1 else 0,
        asked=households.asked(session, who.id),
        asking=[(_name(one, who.id), one.code, request.created_at) for request, one in _asking(session, home, head)],
        spent=[(names[one.redeemer_id], one) for one in spent if one.redeemer_id in names],
        count=count,
        turned=pages.turned(page, count, a_page=A_PAGE),
    )


def _asking(session: Session, home: Household | None, head: bool) -> list[tuple[HouseholdRequest, Volunteer]]:
    return households.asking(session, home.id) if home is not None and head else []


def _spent(session: Session, home: Household | None, volunteer_id: int, *, page: int) -> tuple[list[Redemption], int]:
    """The household's exchanges since this person belongs to it: who and how many points, not what for."""
    membership = households.membership(session, volunteer_id)
    if home is None or membership is None:
        return [], 0
    since = clock.local_date(membership.joined_at)
    return redemption.of_household(session, home.id, since=since, offset=(page - 1) * A_PAGE, limit=A_PAGE)


def _name(person: Volunteer, me: int) -> str:
    """A member as the others of the household see them (domain §3.9)."""
    if person.id == me:
        return person.name
    young = volunteers.is_minor(person, clock.local_date(clock.now()))
    return masking.mask_minor(person.code) if young else masking.mask_name(person.name)
