"""A volunteer's own pages: next activity, points, records, goods."""

from flask import Blueprint

from points.web import guards

bp = Blueprint("volunteer", __name__, url_prefix="/my")
guards.stand_before(bp, guards.volunteers)
