"""Who did what, when and why: the audit log of one's own area, to be searched."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import accounts
from points.database import db
from points.office import audit_log
from points.office.audit_log import Act
from points.shapes.fields import Day, Text
from points.shapes.forms import Form
from points.web import audit_words, forms, pages, service_words, words
from points.web.staff import bp
from points.web.staff.refused import REASONS
from points.web.usual import Page

ACTS_A_PAGE = 50
PLACES = ("at", "area", "parent", "station", "to")
"""Facts that may hold the code of a place."""
TABLES: dict[str, tuple[Mapping[str, str], ...]] = {
    "role": (words.ROLE,),
    "purpose": (words.CONSENT,),
    "consents": (words.CONSENT,),
    "method": (service_words.METHOD,),
    "identity": (words.IDENTITY,),
    "source": (words.SOURCE,),
    "type": (words.PLACE,),
    "kind": (words.STOCK_MOVE, words.KIND, words.FEEDBACK, words.UNIT_KIND, words.REPORT_IN_KIND),
    "fields": (audit_words.FACT,),
    "changed": (audit_words.FACT,),
    "overridden": ({code: title for code, (title, _) in REASONS.items()},),
}
"""The words of what a fact holds, by the name of the fact."""


@dataclass(frozen=True, kw_only=True)
class Search(Form):
    """Which acts: their kind, by whom, about what, from when to when."""

    kind: Annotated[str, Text(40)] = ""
    target: Annotated[str, Text(60)] = ""
    person: Annotated[str, Text(40)] = ""
    first: Annotated[date | None, Day(data_key="from")] = None
    last: Annotated[date | None, Day(data_key="to")] = None


@bp.get("/audit")
def audit() -> Response:
    """The acts within reach, the latest first, by kind, person, thing and day."""
    session, by = db.session(), http.current_actor()
    kinds = audit_log.kinds(session, by=by)
    asked, refusal = forms.search(Search)
    page = forms.asked(Page).page
    found = audit_log.listing(
        session,
        by=by,
        which=audit_log.Which(
            kind=asked.kind if asked.kind in kinds else "",
            person=asked.person,
            target=asked.target,
            date_from=asked.first,
            date_to=asked.last,
        ),
        offset=(page - 1) * ACTS_A_PAGE,
        limit=ACTS_A_PAGE,
    )
    places = _places(session, found.acts)
    return pages.show(
        "staff/audit.html",
        refusal=refusal,
        form=forms.shown(Search),
        kinds=kinds,
        found=found,
        most=audit_log.MOST,
        told=[list(_told(act, places)) for act in found.acts],
        turned=pages.turned(page, found.count, a_page=ACTS_A_PAGE),
        asked=forms.address(asked),
    )


def _told(act: Act, places: Mapping[str, str]) -> Iterator[str]:
    """The facts of an act in words: what each is called and what it says."""
    for name, value in act.facts.items():
        own = f"{act.kind}.{act.deed}.{name}"
        label = pages.shown_words(own if own in audit_words.FACT else name, "audit_fact")
        said = [_said(name, one, places) for one in (value if isinstance(value, list) else [value])]
        yield gettext("%(what)s: %(value)s", what=label, value=gettext(", ").join(said))


def _said(name: str, value: object, places: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if name == "ref_value_fen" and isinstance(value, int):
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
