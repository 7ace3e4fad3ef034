"""Pages of staff and team leaders: activities, the desk, stock, registration."""

from flask import Blueprint

from points.web import guards

bp = Blueprint("staff", __name__, url_prefix="/staff")
guards.stand_before(bp, guards.staff)

from points.web.staff import account, activities, desk, people, printing, stock, waiting  # noqa: E402, F401 – they hang their pages on `bp`
