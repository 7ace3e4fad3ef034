"""To which of its tabs a page belongs, by the name of its view."""

from collections.abc import Mapping

from flask import request

STAFF = {
    "activities": ("activit", "series", "team", "staff.unit", "staff.today", "staff.approvals"),
    "desk": ("desk", "redemption"),
    "stock": ("stock", "goods", "exchange_day", "label", "merchant", "voucher", "donor"),
    "people": ("people", "card"),
    "waiting": (
        "waiting",
        "figures",
        "audit",
        "account",
        "feedback",
        "rules",
        "adjust",
        "place",
        "staff.lists",
        "staff.list_take",
        "staff.list_in",
    ),
}
VOLUNTEER = {
    "home": (".home",),
    "activities": ("activit", ".makeup", ".claim"),
    "points": ("points",),
    "goods": ("goods", "reserv"),
    "me": (".me", ".record", ".dispute", ".sign_ins", ".household", ".teams", ".children", ".profile"),
}
"""What stands in the name of the views of each tab."""


def staff() -> dict[str, object]:
    """For the templates of staff."""
    return _tab(STAFF)


def volunteers() -> dict[str, object]:
    """For the templates of volunteers."""
    return _tab(VOLUNTEER)


def _tab(tabs: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    view = request.endpoint or ""
    return {"tabs": {tab for tab, parts in tabs.items() if any(part in view for part in parts)}}
