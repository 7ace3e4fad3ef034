"""Make-ups that a leader proposes for somebody who was there and was not scanned; the community decides."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.rewards import missed_check_outs, settlement
from points.service import activities, makeups, signups
from points.service.statuses import HELD, WITHDRAWN, MakeupStatus, StayStatus
from points.shapes.fields import Code, Number
from points.web import claims, forms, pages, service_words
from points.web.staff import bp

THERE = (StayStatus.CLOSED, StayStatus.CORRECTED)


@dataclass(frozen=True, kw_only=True)
class ClaimForSomebody(claims.Claim):
    """Whose time it is: somebody of the roster, or whose code was typed."""

    volunteer: Annotated[str, Code()] = ""
    typed: Annotated[str, Number()] = ""


@bp.get("/activities/<code>/makeups")
def activity_makeups(code: str) -> Response:
    """Who is missing on the roster, what was proposed for them, and what became of it."""
    return _makeups(code)


@bp.post("/activities/<code>/makeups")
def activity_makeup(code: str) -> Response:
    """Propose the time of one person; somebody else decides."""
    by = http.current_actor()
    found = activities.seen(db.session(), code, by=by)
    try:
        form = forms.read(ClaimForSomebody)
        if not (form.typed or form.volunteer):
            raise forms.wrong(ClaimForSomebody, typed=forms.MISSING)
        came, went = claims.times(found, form)

        def act(session: Session) -> None:
            claimed = makeups.Claim(
                activity=code,
                volunteer=form.typed or form.volunteer,
                claimed_in=came,
                claimed_out=went,
                reason=form.reason,
                note=form.note,
            )
            settlement.propose_makeup(session, claim=claimed, by=by, at=clock.now())

        forms.once(act)
    except Refusal as refusal:
        return _makeups(code, refusal=refusal)
    flash(gettext("Proposed. The community decides; it stands below."), "good")
    return redirect(url_for(".activity_makeups", code=code), 303)


def _makeups(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found = activities.seen(session, code, by=by)
    proposed = makeups.of_activity(session, activity=code, by=by)
    lines = signups.roster(session, activity=code, by=by, at=at)
    until = missed_check_outs.last_day(session, activity=found)
    claimed = {one.beneficiary for one in proposed if one.status in (MakeupStatus.OPEN, MakeupStatus.APPROVED)}
    return pages.show(
        "staff/makeups.html",
        refusal=refusal,
        form=forms.shown(ClaimForSomebody),
        activity=found,
        proposed=proposed,
        names=pages.names_of(session, (one.beneficiary for one in proposed), by=by),
        missing=[
            (line.volunteer, f"{line.name} {line.volunteer}")
            for line in lines
            if line.stay_status not in THERE and line.status not in WITHDRAWN
            if line.volunteer not in claimed
        ],
        until=until,
        too_late=clock.local_date(at) > until,
        held=found.status in HELD and found.end_at <= at,
        days=claims.days(found),
        reasons=[(reason, service_words.MAKEUP_REASON[reason]) for reason in makeups.REASONS],
    )
