"""Who may be registered twice: the list, two numbers side by side, merged or known to be two people."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.people import duplicates, minors
from points.registry import merging
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.people import community_names, listed
from points.web.staff.stock import second_signature


@bp.get("/people/duplicates")
def people_duplicates() -> Any:
    """The pairs that may be one person, or straight to two numbers that were typed."""
    one, other = request.args.get("one", "").strip(), request.args.get("other", "").strip()
    if one and other:
        return redirect(url_for(".people_compare", one=one, other=other), 303)
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    by.require_somewhere(merging.ACTION)
    return pages.show(
        "staff/duplicates.html",
        pairs=[
            {"one": listed(pair.one, today), "other": listed(pair.other, today), "why": pair.why}
            for pair in duplicates.pairs(session, by=by)
        ],
        communities=community_names(session),
    )


@bp.get("/people/duplicates/<one>/<other>")
def people_compare(one: str, other: str) -> Any:
    """Two numbers side by side."""
    return _compare(one, other)


@bp.post("/people/duplicates/merge")
def people_merge() -> Any:
    """Merge the one into the other, signed by a colleague where points or hours go over."""
    form = request.form
    pair = [form.get("one", ""), form.get("other", "")]
    kept = form.get("kept", "")
    gone = pair[0] if kept == pair[1] else pair[1]

    def merge(session: Session) -> str:
        return merging.merge(
            session,
            kept=kept,
            gone=gone,
            reason=forms.text("reason", 200, least=2),
            second=_second(session),
            by=http.current_actor(),
            at=clock.now(),
        ).kept

    try:
        code = forms.once(merge)
    except Refusal as refusal:
        return _compare(*pair, refusal=refusal)
    flash(gettext("%(gone)s is merged: it leads here from now on.", gone=gone))
    return redirect(url_for(".people_person", code=code), 303)


@bp.post("/people/duplicates/apart")
def people_apart() -> Any:
    """Remember that they are two people."""
    form = request.form
    try:
        with transaction() as session:
            duplicates.say_apart(
                session,
                one=form.get("one", ""),
                other=form.get("other", ""),
                by=http.current_actor(),
                at=clock.now(),
            )
    except Refusal as refusal:
        return _compare(form.get("one", ""), form.get("other", ""), refusal=refusal)
    flash(gettext("Two people. They are not proposed again."))
    return redirect(url_for(".people_duplicates"), 303)


def _compare(one: str, other: str, *, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    sides = merging.side_by_side(session, one=one, other=other, by=by)
    for side in sides:
        minors.require_open(session, side.person, by=by, at=at)
    # the number with more behind it is proposed to be kept, the older one if they are alike
    likelier = max(sides, key=lambda side: (side.records + side.exchanges, side.points, -side.person.id))
    needing = [merging.needs_two(session, volunteer_id=side.person.id) for side in sides]
    return pages.show(
        "staff/compare.html",
        refusal=refusal,
        form=request.form,
        sides=sides,
        kept=request.form.get("kept") or likelier.person.code,
        two=any(needing),
        always_two=all(needing),
        communities=community_names(session),
    )


def _second(session: Session) -> Actor | None:
    return second_signature(session) if request.form.get("second_login", "").strip() else None
