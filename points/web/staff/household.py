"""A resident's household at the counter: who belongs to it, answered for its head who is there, and shared points."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import households, minors, persons
from points.places.tables import Area
from points.web import pages
from points.web.staff import bp
from points.web.staff.desk import checked_identity


@bp.get("/people/<code>/household")
def people_household(code: str) -> Any:
    """Who belongs to this person's household, who asks to join it, and who shares points."""
    return _household(code)


@bp.post("/people/<code>/household/<step>")
def people_household_step(code: str, step: str) -> Any:
    """Found one; with its head there answer who asks, or take somebody in; share points on paper, or not; leave."""
    form, by, at = request.form, http.current_actor(), clock.now()
    who = form.get("who", "").strip().upper()

    def found(session: Session) -> None:
        person = persons.by_code(session, code)
        home = session.get_one(Area, person.community_id).code
        households.found(session, head=person.code, community=home, by=by, at=at)

    def answer(session: Session) -> None:
        seen = checked_identity(session, _head_of(session, code))
        households.answer(session, volunteer=who, accept=form.get("accept") == "1", by=by, at=at, identity=seen.check)

    def take_in(session: Session) -> None:
        checked_identity(session, _head_of(session, code))
        home = households.of(session, persons.by_code(session, code).id)
        households.join(session, household=home.code if home else "", volunteer=who, pool=False, by=by, at=at)

    def share(session: Session) -> None:
        paper = form.get("paper_ref", "").strip()
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
        with transaction() as session:
            steps[step](session)
    except Refusal as refusal:
        return _household(code, refusal=refusal)
    flash(gettext("Done."))
    return redirect(url_for(".people_household", code=code), 303)


def _household(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
    by.require("household.change", area_path=person.area_path)
    home = households.of(session, person.id)
    members = households.members(session, home.id) if home else []
    asking = households.asking(session, home.id) if home else []
    return pages.show(
        "staff/household.html",
        refusal=refusal,
        form=request.form,
        person=person,
        home=home,
        head=next((one for one in members if home and one.id == home.head_id), None),
        members=members,
        asking=asking,
        sharing=households.pooling(session, home.id) if home else set(),
        asked=households.asked(session, person.id),
        names=minors.names(session, [*members, *(one for _, one in asking)], by=by, at=at),
    )


def _head_of(session: Session, code: str) -> str:
    """The code of the head of this person's household. Raises NotInHousehold."""
    home = households.of(session, persons.by_code(session, code).id)
    if home is None:
        raise households.NotInHousehold(volunteer=code)
    return persons.code_of(session, home.head_id)
