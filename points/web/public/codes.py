"""Scanned codes: an activity's, a card's, a pick-up's. Who opens them decides what happens; looking changes nothing."""

from flask import redirect, url_for
from werkzeug import Response

from points import http
from points.database import db, transaction
from points.exchange import redemption
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import cards, wards
from points.service import checkin
from points.web import guards, pages, results
from points.web.public import bp


@bp.get("/s/<code>")
@http.limiter.limit("60 per minute")
def activity_code(code: str) -> Response:
    """Exchange the code of an activity for a ticket of five minutes, so that it still counts after signing in."""
    try:
        with transaction() as session:
            ticket = checkin.ticket(session, code=f"/s/{code}", at=clock.now())
    except Refusal as refusal:
        return results.refused(refusal)
    answer = redirect(url_for("volunteer.scan", ticket=ticket), 303)
    results.remember_browser(answer)
    return answer


@bp.get("/c/<code>")
@http.limiter.limit("60 per minute")
def card(code: str) -> Response:
    """A card never signs in: staff come to the person at the desk, a guardian to the child, others learn what it is."""
    if guards.is_staff(actor := http.signed_in()) and actor is not None and actor.reaches("volunteer.see"):
        return redirect(url_for("staff.desk", who=code), 303)
    session = db.session()
    holder = cards.holder(session, code)
    day = clock.local_date(clock.now())
    if actor is not None and wards.stands_for(session, actor.volunteer_id, holder.id, day=day):
        return redirect(url_for("child.home", child=holder.code), 303)
    return pages.show("public/card.html")


@bp.get("/p/<code>")
@http.limiter.limit("60 per minute")
def pick_up(code: str) -> Response:
    """A pick-up code: the counter hands over, the owner sees how it stands, others learn nothing."""
    actor = http.signed_in()
    if actor is None:
        return pages.show("public/pick_up.html")
    found = redemption.seen(db.session(), code, by=actor)
    if found.redeemer_id == actor.volunteer_id or not actor.reaches("redemption.operate"):
        return redirect(url_for("volunteer.reservation", code=found.code), 303)
    return redirect(url_for("staff.redemption", code=found.code), 303)
