"""Complaints and suggestions (投诉建议): anybody writes, and reads the answer under the number they were given."""

from dataclasses import dataclass
from typing import Annotated

from flask import redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import N_, NoSuch, Refusal
from points.help import feedback
from points.help.statuses import FeedbackKind
from points.help.tables import LONGEST
from points.places import areas, stations
from points.places.tables import Area
from points.shapes.fields import Code, Flag, Text, Word
from points.shapes.forms import Form
from points.web import forms, pages, words
from points.web.public import bp


@dataclass(frozen=True, kw_only=True)
class Message(Form):
    """What somebody writes, to whom, and how to reach them."""

    kind: Annotated[str, Word(*FeedbackKind)]
    text: Annotated[str, Text(LONGEST, least=2, lines=True)]
    area: Annotated[str, Code()]
    contact: Annotated[str, Text(60)] = ""


@dataclass(frozen=True, kw_only=True)
class Look(Form):
    """The number under which the answer stands."""

    number: Annotated[str, Text(300)] = ""


UNKNOWN = N_("There is no message with this number. Look again at the number you were given.")


@dataclass(frozen=True, kw_only=True)
class Sent(Form):
    """Whether it was sent just now."""

    sent: Annotated[bool, Flag()] = False


@bp.get("/complaints")
def complaints() -> Response:
    """Write, look up an answer, or learn whom to ask."""
    look, unreadable = forms.search(Look)
    if look.number and unreadable is None:
        try:
            item = feedback.by_number(db.session(), look.number, at=clock.now())
        except NoSuch:
            return _form(refusal=forms.wrong(Look, number=UNKNOWN))
        return redirect(url_for(".complaint", number=item.feedback.code), 303)
    return _form(refusal=unreadable)


@bp.post("/complaints")
@http.limiter.limit("5 per minute;20 per hour")
def complain() -> Response:
    """Send it; the number leads to the answer."""
    try:
        form = forms.read(Message)
        number = forms.once(
            lambda session: (
                feedback.write(
                    session,
                    kind=form.kind,
                    text=form.text,
                    area=form.area,
                    contact=form.contact,
                    by=http.signed_in() or feedback.SOMEBODY,
                    at=clock.now(),
                ).code
            )
        )
    except Refusal as refusal:
        return _form(refusal=refusal)
    return redirect(url_for(".complaint", number=number, sent=1), 303)


@bp.get("/complaints/<number>")
@http.limiter.limit("30 per minute")
def complaint(number: str) -> Response:
    """What was written under this number, and the answer."""
    item = feedback.by_number(db.session(), number, at=clock.now())
    return pages.show("public/complaint.html", item=item, sent=forms.asked(Sent).sent)


def _form(*, refusal: Refusal | None = None) -> Response:
    session, actor = db.session(), http.signed_in()
    mine = []
    if actor is not None and actor.volunteer_id is not None:
        mine = feedback.mine(session, volunteer_id=actor.volunteer_id, at=clock.now())
    return pages.show(
        "public/complaints.html",
        refusal=refusal,
        form=forms.shown(Message),
        look=forms.shown(Look),
        doors=stations.doors(session),
        kinds=list(words.FEEDBACK.items()),
        places=_places(session),
        ours=_ours(session),
        mine=mine,
    )


def _ours(session: Session) -> str:
    """The street whose station stands at the foot of the page: who writes from here most likely means it.

    What stands there is remembered for a minute, so the street may be gone.
    """
    door = pages.contact()
    return session.scalar(select(Area.code).where(Area.id == door.street_id)) or "" if door else ""


def _places(session: Session) -> list[tuple[str, str]]:
    """Whom one may write to: each street's office, then its communities."""
    nodes = [area for area in areas.subtree(session, path="/", types=("street", "community")) if area.active]
    return [(area.code, area.name) for area in sorted(nodes, key=lambda area: area.type != "street")]
