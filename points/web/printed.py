"""Between the business and the paper: what was read becomes plain values in the reader's language, then a PDF.

The read ends before the drawing begins: a sheet of a thousand cards holds no connection and no lock.
"""

from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import quote

from flask import Response
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from points import evidence, http, ledger
from points.database import db
from points.foundation import clock
from points.foundation.errors import N_
from points.ledger import StatementLine
from points.people.tables import Volunteer
from points.places import stations
from points.places.stations import Door
from points.web import pages, sums, words
from points.web.paper.passbook import Line, Passbook

PASSBOOK_LINES = 10
STORY = {
    "earn": N_("Service: %(what)s"),
    "reserve": N_("Set aside for %(what)s"),
    "release": N_("Reservation ended, back: %(what)s"),
    "spend": N_("Exchanged for %(what)s"),
    "collect": N_("Collected as reserved: %(what)s"),
    "return": N_("Goods returned: %(what)s"),
}


def answer(name: str, draw: Callable[[], bytes]) -> Response:
    """The PDF that `draw` makes, shown in the browser and saved as `name`. The session's read is over by then."""
    db.session.close()
    response = Response(draw(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    return response


def language() -> str:
    """The language that the document says it is in."""
    return str(get_locale()).replace("_", "-")


def note() -> str:
    """What stands at the upper edge of every page: that the people are made up, where they are."""
    return gettext("Demonstration data: all people are invented") if pages.is_demo() else ""


def door_for(doors: list[Door], *, street_id: int, community: str) -> Door | None:
    """The station to call: the one of the community, otherwise the first of the street."""
    here = [door for door in doors if door.street_id == street_id]
    return next((door for door in here if door.community == community), here[0] if here else None)


def passbook(session: Session, *, person: Volunteer, at: datetime) -> Passbook:
    """A person's points as the passbook tells them on the day of `at`; whoever asks was let in before."""
    day = clock.local_date(at)
    purse = ledger.purse(session, person.id, day=day)
    balance = purse.balance
    statement = ledger.statement(session, volunteer_id=person.id, limit=PASSBOOK_LINES, accounts=purse.accounts)
    lines = statement.items
    titles = evidence.headlines(session, references=[line.reference for line in lines])
    door = next((door for door in stations.doors(session) if door.street_id == person.street_id), None)
    return Passbook(
        title=gettext("Points passbook"),
        name=person.name,
        code=person.code,
        day=gettext("as of %(day)s", day=http.day(day)),
        balance=gettext("%(n)d points", n=balance.spendable),
        asides=list(sums.asides(balance)),
        lines_title=gettext("What came and went last"),
        lines=[
            Line(
                day=http.day(line.at),
                words=_story(line, titles.get(line.reference, "")),
                points=pages.signed(line.points),
            )
            for line in lines
        ],
        no_lines=gettext("Nothing yet."),
        expiries_title=gettext("When they expire"),
        expiries=_expiries(purse.expiries(day)),
        foot=" · ".join(
            [gettext("Something wrong? Ask at any station.")] + ([f"{door.name} {door.phone}"] if door else [])
        ),
    )


def _story(line: StatementLine, what: str) -> str:
    kind = "collect" if line.purpose == "spend" and line.points == 0 else line.purpose
    if what and kind in STORY:
        return str(gettext(STORY[kind]) % {"what": what})
    told = gettext(words.PURPOSE.get(line.purpose, line.purpose))
    return f"{told} · {line.reason}" if line.reason else told


def _expiries(by_day: list[tuple[date | None, int]]) -> list[str]:
    return [
        gettext("%(n)d points: use them until %(day)s", n=n, day=http.day(expires))
        if expires
        else gettext("%(n)d points do not expire", n=n)
        for expires, n in by_day
    ]
