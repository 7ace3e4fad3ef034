"""Who did what, when and why: the audit log of one's own area, to be searched."""

from datetime import date
from typing import Any

from flask import request

from points import http
from points.database import db
from points.foundation.errors import Refusal
from points.oversight import trail
from points.web import forms, pages
from points.web.staff import bp

ACTS_A_PAGE = 50


@bp.get("/audit")
def audit() -> Any:
    """The acts within reach, the latest first, by kind, person, thing and day."""
    session, by, asked = db.session(), http.current_actor(), request.args
    kinds = trail.kinds(session, by=by)
    refusal: Refusal | None = None
    first = last = None
    try:
        first, last = _day("from"), _day("to")
    except forms.DateUnreadable as unreadable:
        refusal = unreadable
    page = max(1, pages.whole_number(asked, "page", 1))
    found = trail.listing(
        session,
        by=by,
        kind=asked.get("kind", "") if asked.get("kind") in kinds else "",
        person=asked.get("person", "").strip(),
        target=asked.get("target", "").strip(),
        date_from=first,
        date_to=last,
        offset=(page - 1) * ACTS_A_PAGE,
        limit=ACTS_A_PAGE,
    )
    return pages.show(
        "staff/audit.html",
        refusal=refusal,
        form=asked,
        kinds=kinds,
        found=found,
        page=page,
        pages=max(1, -(-found.count // ACTS_A_PAGE)),
        asked={name: value for name, value in asked.items() if name != "page"},
    )


def _day(name: str) -> date | None:
    typed = request.args.get(name, "")
    return forms.day(typed) if typed else None
