"""Pages for everybody: the first page, sign-in, scanned codes, rules, privacy."""

from flask import Blueprint

from points.web import guards

bp = Blueprint("public", __name__)
guards.stand_before(bp, guards.anyone)

from points.web.public import assisted, codes, feedback, home, merchants, reader, registration, sign_in  # noqa: E402, F401 – they hang their pages on `bp`
