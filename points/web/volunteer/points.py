"""My points: what I have, where each came from, when which expire."""

from datetime import date
from typing import Any

from flask import request

from points import http, ledger
from points.database import db
from points.foundation import clock
from points.oversight import evidence
from points.people import persons
from points.rewards import earning
from points.web import pages, printed
from points.web.paper import passbook
from points.web.volunteer import bp, stories

LINES = 20


@bp.get("/points")
def points() -> Any:
    """The balance, the lots by expiry, and the statement, newest first."""
    session, by = db.session(), http.current_actor()
    assert by.volunteer_id is not None
    before = request.args.get("before", "")
    cursor = None
    if before:
        purpose, _, reference = before.partition("/")
        cursor = ledger.booking_id(session, volunteer_id=by.volunteer_id, purpose=purpose, reference=reference)
    statement = ledger.statement(session, volunteer_id=by.volunteer_id, cursor=cursor, limit=LINES)
    references, kinds = [line.reference for line in statement.items], pages.category_names(session)
    awards = earning.by_references(session, references=references)
    return pages.show(
        "volunteer/points.html",
        balance=ledger.balance(session, by.volunteer_id, day=clock.local_date(clock.now())),
        expiries=_expiries(ledger.lots(session, by.volunteer_id)) if cursor is None else [],
        statement=statement,
        titles=evidence.headlines(session, references=references),
        stories={reference: stories.of_award(award, kinds) for reference, award in awards.items()},
        later=cursor is not None,
    )


@bp.get("/points/passbook.pdf")
def points_passbook() -> Any:
    """The passbook in large print, to print and keep."""
    session, by = db.session(), http.current_actor()
    book = printed.passbook(session, person=persons.by_code(session, by.person), at=clock.now())
    language, note = printed.language(), printed.note()
    return printed.answer(book.title, lambda: passbook.pdf(book, language=language, note=note))


@bp.get("/points/<purpose>/<reference>")
def points_line(purpose: str, reference: str) -> Any:
    """Everything behind one line: the record, the scans, who confirmed it, by which rule; or the goods it became."""
    session, by = db.session(), http.current_actor()
    assert by.volunteer_id is not None
    transfer_id = ledger.booking_id(session, volunteer_id=by.volunteer_id, purpose=purpose, reference=reference)
    return pages.show("volunteer/points_line.html", chain=evidence.chain(session, by=by, transfer_id=transfer_id))


def _expiries(lots: list[ledger.LotLine]) -> list[tuple[date | None, int]]:
    """How many points expire on which day, in the order in which they are spent."""
    by_day: dict[date | None, int] = {}
    for lot in lots:
        by_day[lot.expires_on] = by_day.get(lot.expires_on, 0) + lot.remaining
    return list(by_day.items())
