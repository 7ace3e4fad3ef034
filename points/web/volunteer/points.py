"""My points: what I have, where each came from, when which expire."""

from dataclasses import dataclass
from typing import Annotated

from werkzeug import Response

from points import evidence, ledger
from points.database import db
from points.evidence import OfExchange
from points.foundation import clock
from points.people import persons
from points.shapes.fields import Text
from points.shapes.forms import Form
from points.web import forms, pages, printed
from points.web.paper import passbook
from points.web.subjects import subject
from points.web.volunteer import bp, stories

LINES = 20


@dataclass(frozen=True, kw_only=True)
class Older(Form):
    """The line before which the statement goes on, as PURPOSE/REFERENCE."""

    before: Annotated[str, Text(200)] = ""


@bp.get("/points")
def points() -> Response:
    """The balance, the lots by expiry, and the statement, newest first."""
    session, who = db.session(), subject()
    before = forms.asked(Older).before
    cursor = None
    if before:
        purpose, _, reference = before.partition("/")
        cursor = ledger.booking_id(session, volunteer_id=who.id, purpose=purpose, reference=reference)
    today = clock.local_date(clock.now())
    purse = ledger.purse(session, who.id, day=today)
    statement = ledger.statement(session, volunteer_id=who.id, cursor=cursor, limit=LINES, accounts=purse.accounts)
    told = evidence.told(session, references=[line.reference for line in statement.items])
    return pages.show(
        "volunteer/points.html",
        subject=who,
        balance=purse.balance,
        expiries=purse.expiries(today) if cursor is None else [],
        statement=statement,
        titles={reference: one.title for reference, one in told.items()},
        stories={
            reference: stories.of_award(one.award, one.category)
            for reference, one in told.items()
            if one.award is not None
        },
        later=cursor is not None,
    )


@bp.get("/points/passbook.pdf")
def points_passbook() -> Response:
    """The passbook in large print, to print and keep."""
    session, who = db.session(), subject()
    book = printed.passbook(session, person=persons.by_code(session, who.code), at=clock.now())
    language, note = printed.language(), printed.note()
    return printed.answer(book.title, lambda: passbook.pdf(book, language=language, note=note))


@bp.get("/points/<purpose>/<reference>")
def points_line(purpose: str, reference: str) -> Response:
    """Everything behind one line: the record, the scans, who confirmed it, by which rule; or the goods it became."""
    session, who = db.session(), subject()
    transfer_id = ledger.booking_id(session, volunteer_id=who.id, purpose=purpose, reference=reference)
    chain = evidence.of_booking(session, transfer_id, by=who.reader)
    redeemed = chain.redemption if isinstance(chain, OfExchange) else None
    became = [use.reference for use in chain.lot.uses] if chain.lot else []
    return pages.show(
        "volunteer/points_line.html",
        subject=who,
        chain=chain,
        handed_over=[(line, line.qty * line.price) for line in redeemed.lines] if redeemed else [],
        titles=evidence.headlines(session, references=became),
    )
