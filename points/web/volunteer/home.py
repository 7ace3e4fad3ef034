"""A volunteer's first page: what is next, what there is, what expires soon."""

from typing import Any

from points import http, ledger
from points.database import db
from points.exchange import redemption
from points.foundation import clock
from points.people import persons
from points.rewards import forgotten
from points.service import attendance, signups
from points.web import pages
from points.web.volunteer import bp

COMING = ("pending", "approved", "waitlisted")


@bp.get("/")
def home() -> Any:
    """The next activity, the points, and the one main thing to do now."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    assert by.volunteer_id is not None
    coming = [
        (signup, activity)
        for signup, activity in reversed(signups.mine(session, volunteer_id=by.volunteer_id))
        if activity.end_at > at and activity.status in ("published", "in_progress") and signup.status in COMING
    ]
    return pages.show(
        "volunteer/home.html",
        person=persons.by_code(session, by.person),
        here_now=attendance.open_stay(session, volunteer_id=by.volunteer_id),
        coming=coming,
        balance=ledger.balance(session, by.volunteer_id, day=clock.local_date(at)),
        reserved=redemption.listing(session, by=by, volunteer=by.person, status="reserved"),
        forgotten=[one for one in forgotten.mine(session, volunteer_id=by.volunteer_id, at=at) if not one.claimed],
        now=at,
    )
