"""Who did what, when and why: the audit log of one's own area, to be searched."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.access import accounts
from points.database import db
from points.foundation.errors import Refusal
from points.office import audit_log
from points.office.audit_log import Act
from points.web import audit_words, forms, pages, words
from points.web.staff import bp
from points.web.staff.refused import REASONS

ACTS_A_PAGE = 50
PLACES = ("at", "area", "parent", "station", "to")
"""Facts that may hold the code of a place."""
TABLES: dict[str, tuple[Mapping[str, str], ...]] = {
    "role": (words.ROLE,),
    "purpose": (words.CONSENT,),
    "consents": (words.CONSENT,),
    "method": (words.METHOD,),
    "identity": (words.IDENTITY,),
    "source": (words.SOURCE,),
    "type": (words.PLACE,),
    "kind": (words.STOCK_MOVE, words.KIND, words.FEEDBACK, words.UNIT_KIND, words.REPORT_IN_KIND),
    "fields": (audit_words.FACT,),
    "changed": (audit_words.FACT,),
    "overridden": ({code: title for code, (title, _) in REASONS.items()},),
}
"""The words of what a fact holds, by the name of the fact."""


@bp.get("/audit")
def audit() -> Any:
    """The acts within reach, the latest first, by kind, person, thing and day."""
    session, by, asked = db.session(), http.current_actor(), request.args
    kinds = audit_log.kinds(session, by=by)
    refusal: Refusal | None = None
    first = last = None
    try:
        first, last = _day("from"), _day("to")
    except forms.DateUnreadable as unreadable:
        refusal = unreadable
    page = max(1, pages.whole_number(asked, "page", 1))
    found = audit_log.listing(
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
    places = _places(session, found.acts)
    return pages.show(
        "staff/audit.html",
        refusal=refusal,
        form=asked,
        kinds=kinds,
        found=found,
        told=[list(_told(act, places)) for act in found.acts],
        page=page,
        pages=max(1, -(-found.count // ACTS_A_PAGE)),
        asked={name: value for name, value in asked.items() if name != "page"},
    )


def _day(name: str) -> date | None:
    typed = request.args.get(name, "")
    return forms.day(typed) if typed else None


def _told(act: Act, places: Mapping[str, str]) -> Iterator[str]:
    """The facts of an act in words: what each is called and what it says."""
    for name, value in act.facts.items():
        own = f"{act.kind}.{act.deed}.{name}"
        label = pages.shown_words(own if own in audit_words.FACT else name, "audit_fact")
        said = [_said(name, one, places) for one in (value if isinstance(value, list) else [value])]
        yield gettext("%(what)s: %(value)s", what=label, value=gettext(", ").join(said))


def _said(name: str, value: Any, places: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if name == "ref_value_fen":
        return pages.yuan(value)
    text = str(value)
    if name in PLACES and text in places:
        return places[text]
    for table in (*TABLES.get(name, ()), audit_words.VALUE):
        if text in table:
            return str(gettext(table[text]))
    if text in words.STATES:
        return str(gettext(text))
    try:
        return http.day(date.fromisoformat(text))
    except ValueError:
        return text


def _places(session: Session, acts: Iterable[Act]) -> dict[str, str]:
    """The names of the places that these acts name by code."""
    codes = {str(act.facts[name]) for act in acts for name in PLACES if name in act.facts}
    return accounts.place_names(session, codes=codes)
