"""Complaints and suggestions (投诉建议): anybody writes, and reads the answer under the number they were given."""

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.help import feedback as letters
from points.places import areas, stations
from points.web import pages, words
from points.web.public import bp


@bp.get("/complaints")
def complaints() -> Any:
    """Write, look up an answer, or learn whom to ask."""
    if number := request.args.get("number", "").strip():
        return redirect(url_for(".complaint", number=number), 303)
    return _form()


@bp.post("/complaints")
@http.limiter.limit("5 per minute;20 per hour")
def complain() -> Any:
    """Send it; the number leads to the answer."""
    form = request.form
    try:
        with transaction() as session:
            item = letters.write(
                session,
                kind=form.get("kind", ""),
                text=form.get("text", ""),
                area=form.get("area", ""),
                contact=form.get("contact", ""),
                by=http.signed_in() or letters.SOMEBODY,
                at=clock.now(),
            )
            number = item.code
    except Refusal as refusal:
        return _form(refusal=refusal)
    return redirect(url_for(".complaint", number=number, sent=1), 303)


@bp.get("/complaints/<number>")
@http.limiter.limit("30 per minute")
def complaint(number: str) -> Any:
    """What was written under this number, and the answer."""
    item = letters.by_number(db.session(), number, at=clock.now())
    return pages.show("public/complaint.html", item=item, sent="sent" in request.args)


def _form(*, refusal: Refusal | None = None) -> Any:
    session, actor = db.session(), http.signed_in()
    mine = []
    if actor is not None and actor.volunteer_id is not None:
        mine = letters.mine(session, volunteer_id=actor.volunteer_id, at=clock.now())
    return pages.show(
        "public/complaints.html",
        refusal=refusal,
        form=request.form,
        doors=stations.doors(session),
        kinds=list(words.FEEDBACK.items()),
        places=_places(session),
        ours=_ours(session),
        mine=mine,
    )


def _ours(session: Session) -> str:
    """The street whose station stands at the foot of the page: who writes from here most likely means it."""
    door = pages.contact()
    return areas.code_of(session, door.street_id) if door else ""


def _places(session: Session) -> list[tuple[str, str]]:
    """Whom one may write to: each street's office, then its communities."""
    nodes = [area for area in areas.subtree(session, path="/", types=("street", "community")) if area.active]
    return [(area.code, area.name) for area in sorted(nodes, key=lambda area: area.type != "street")]
