"""A volunteer's own pages: next activity, points, records, goods."""

from flask import Blueprint

from points.web import guards

bp = Blueprint("volunteer", __name__, url_prefix="/my")
guards.stand_before(bp, guards.volunteers)

from points.web.volunteer import activities, belonging, goods, home, me, points, records, scan  # noqa: E402, F401 – they hang their pages on `bp`
