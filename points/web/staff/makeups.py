"""Make-ups that a leader proposes for somebody who was there and was not scanned; the community decides."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.rewards import missed_check_outs, settlement
from points.service import activities as occasions
from points.service import makeups, signups
from points.web import claims, pages, words
from points.web.staff import bp

THERE = ("closed", "corrected")


@bp.get("/activities/<code>/makeups")
def activity_makeups(code: str) -> Any:
    """Who is missing on the roster, what was proposed for them, and what became of it."""
    return _makeups(code)


@bp.post("/activities/<code>/makeups")
def activity_makeup(code: str) -> Any:
    """Propose the time of one person; somebody else decides."""
    by, form = http.current_actor(), request.form
    found = occasions.seen(db.session(), code, by=by)
    try:
        came, went = claims.times(found)
        with transaction() as session:
            claimed = makeups.Claim(
                activity=code,
                volunteer=(form.get("typed", "").strip() or form.get("volunteer", "")).upper(),
                claimed_in=came,
                claimed_out=went,
                reason=form.get("reason", ""),
                note=form.get("note", "").strip(),
            )
            settlement.propose_makeup(session, claim=claimed, by=by, at=clock.now())
    except Refusal as refusal:
        return _makeups(code, refusal=refusal)
    flash(gettext("Proposed. The community decides; it stands below."), "good")
    return redirect(url_for(".activity_makeups", code=code), 303)


def _makeups(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found = occasions.seen(session, code, by=by)
    proposed = makeups.of_activity(session, activity=code, by=by)
    lines = signups.roster(session, activity=code, by=by, at=at)
    until = missed_check_outs.last_day(session, activity=found)
    claimed = {one.beneficiary for one in proposed if one.status in ("open", "approved")}
    return pages.show(
        "staff/makeups.html",
        refusal=refusal,
        form=request.form,
        activity=found,
        proposed=proposed,
        names=pages.names_of(session, (one.beneficiary for one in proposed), by=by),
        missing=[
            (line.volunteer, f"{line.name} {line.volunteer}")
            for line in lines
            if line.session_status not in THERE and line.status not in ("cancelled", "rejected")
            if line.volunteer not in claimed
        ],
        until=until,
        too_late=clock.local_date(at) > until,
        held=found.status in claims.HELD and found.end_at <= at,
        days=claims.days(found),
        reasons=[(reason, words.MAKEUP_REASON[reason]) for reason in makeups.REASONS],
    )
