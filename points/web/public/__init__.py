"""Pages for everybody: the first page, sign-in, scanned codes, rules, privacy."""

from flask import Blueprint

from points.web import guards

bp = Blueprint("public", __name__)
guards.stand_before(bp, guards.anyone)
