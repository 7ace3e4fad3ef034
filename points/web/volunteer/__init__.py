"""A volunteer's own pages: next activity, points, records, goods; and the same for a child, by its guardian."""

from flask import Blueprint

from points.web import guards, subjects, tabs

bp = Blueprint("volunteer", __name__, url_prefix="/my")
guards.stand_before(bp, guards.volunteers)
bp.context_processor(tabs.volunteers)
bp.url_value_preprocessor(subjects.take_child)
bp.url_defaults(subjects.give_child)

from points.web.volunteer import (  # noqa: E402, F401 – they hang their pages on `bp`
    activities,
    belonging,
    children,
    goods,
    home,
    household,
    leaving,
    me,
    points,
    records,
    scan,
    series,
    skills,
)
