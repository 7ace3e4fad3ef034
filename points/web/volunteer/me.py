"""About me: what is kept, my consents, and where I am signed in."""

import json
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.access import sessions
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.oversight import own_copy as own
from points.people import cards, consents, persons
from points.web import pages
from points.web import sign_ins as sign_ins_page
from points.web.volunteer import bp

CHANGEABLE = ("points", "publish_name", "share_unit", "household_pool", "notice")


@bp.get("/me")
def me() -> Any:
    """What is kept of me, and what I have agreed to."""
    return _me()


@bp.post("/me/consents")
def change_consent() -> Any:
    """Give a consent, or take it back; both are one tap."""
    by, form = http.current_actor(), request.form
    purpose, at = form.get("purpose", ""), clock.now()
    try:
        with transaction() as session:
            if form.get("give"):
                consents.grant(
                    session,
                    volunteer=by.person,
                    purpose=purpose,
                    text_version=consents.TEXT_VERSION,
                    channel="web",
                    by=by,
                    at=at,
                )
            else:
                consents.withdraw(session, volunteer=by.person, purpose=purpose, by=by, at=at)
    except Refusal as refusal:
        return _me(refusal=refusal)
    flash(gettext("Saved. It holds from now on."), "good")
    return redirect(url_for(".me"), 303)


@bp.post("/me/copy")
@http.limiter.limit("10 per hour")
def own_copy() -> Any:
    """Everything that is kept of me, as one file to keep or take elsewhere."""
    at = clock.now()
    text = json.dumps(own.of(db.session(), by=http.current_actor(), at=at), ensure_ascii=False, indent=2)
    answer = Response(text, mimetype="application/json")
    name = f"{http.current_actor().person}-{clock.local_date(at).isoformat()}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/sign-ins")
def sign_ins() -> Any:
    """The devices on which I am signed in."""
    return sign_ins_page.listed("volunteer/sign_ins.html")


@bp.post("/sign-ins/end")
def end_sign_in() -> Any:
    """End one of them, or all."""
    return sign_ins_page.end("volunteer/sign_ins.html")


def _me(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    person = persons.by_code(session, by.person)
    return pages.show(
        "volunteer/me.html",
        refusal=refusal,
        person=person,
        card=cards.live(session, person.id),
        given=consents.open_for(session, person.id),
        changeable=CHANGEABLE,
        sign_ins=len(sessions.mine(session, by=by, at=clock.now())),
    )
