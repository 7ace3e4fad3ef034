"""The children whom I stand for as their guardian; each has the same pages as I, one tap further."""

from werkzeug import Response

from points.database import db
from points.foundation import clock
from points.people import guardians, volunteers, wards
from points.web import pages
from points.web.subjects import subject
from points.web.volunteer import bp


@bp.get("/children", endpoint="children")
def my_children() -> Response:
    """My children with their age, and whether staff have seen me as their guardian."""
    session, who, today = db.session(), subject(), clock.local_date(clock.now())
    return pages.show(
        "volunteer/children.html",
        children=[
            (child, volunteers.age(child, today), guardians.stands_for(session, who.id, child.id, day=today))
            for child in wards.children(session, volunteer_id=who.id, day=today)
        ],
    )
