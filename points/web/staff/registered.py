"""The page after a registration, for who registers in their own 邻 and sees no residents otherwise."""

from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.people import counter_registration, minors
from points.places import areas
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.people import Common


@bp.get("/people/<code>/registered")
def people_registered(code: str) -> Response:
    """Whom one has just registered: the number to take along, and how it goes on."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = counter_registration.registered_by(session, code, by=by, at=at)
    return pages.show(
        "staff/people_registered.html",
        person=person,
        name=minors.names(session, [person], by=by, at=at)[person.code],
        place=areas.names(session, (person.neighbour_group_id or person.community_id,)),
        after=forms.address(forms.asked(Common)),
    )
