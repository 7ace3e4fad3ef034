"""The counter of a station: who is meant, what they have, and what they may have for it."""

from points import http
from points.api.room import Room
from points.database import db
from points.exchange import redemption
from points.foundation import clock, codes, typed
from points.foundation.errors import N_, NoSuch
from points.people import minors, served, volunteers
from points.people.tables import Volunteer
from points.places import stations
from points.shapes.fields import Given
from points.shapes.redemptions import (
    AtCounterQuery,
    AtCounterShape,
    ResidentsQuery,
    ResidentsShape,
)

room = Room("counter", __name__, description="Whom a station serves, and what they may have.")


@room.read("/stations/<code:code>/residents", query=ResidentsQuery, answer=ResidentsShape)
def find_residents(given: Given, code: str) -> object:
    """Who is meant by a card, a volunteer code, a phone or a name; of another street only by an agreed one's card."""
    session, by, text = db.session(), http.current_actor(), given["text"]
    _require_counter(code)
    kind, value = typed.address(text) or ("c", text)
    if kind == "c" and codes.is_code(typed.random_code(value)):
        return {"items": _shown([served.by_card(session, value, station=code, by=by)]), "count": 1}
    found = served.search(session, text=text, by=by)
    return {"items": _shown(found.people), "count": found.count}


@room.read("/stations/<code:code>/residents/<code:volunteer>", query=AtCounterQuery, answer=AtCounterShape)
def show_resident(given: Given, code: str, volunteer: str) -> object:
    """A resident at the counter: their points, and what they may have; neither records nor address."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    _require_counter(code)
    person = served.at_station(session, volunteer, station=code, card=given.get("card", ""), by=by)
    may = redemption.allowance(session, volunteer=person.code, station=code, by=by, at=at)
    return {
        **_shown([person])[0],
        "points": may.own.spendable,
        "household_points": may.pooled,
        "session_points": may.day_left,
        "refused": may.refusal.code if may.refusal else None,
        "items": [
            {
                "item": one.offer.code,
                "name": one.offer.name,
                "spec": one.offer.spec,
                "price": one.offer.price,
                "used": one.used,
                "most": one.most,
                "why_not": one.why_not,
            }
            for one in may.items
        ],
    }


def _require_counter(code: str) -> None:
    """Only who hands out goods at this station, or sees the people around it. Raises NoSuch."""
    session, by = db.session(), http.current_actor()
    here = stations.by_code(session, code)
    path = stations.area_path(session, here)
    if not any(by.role_for(act, station_id=here.id, area_path=path) for act in ("redemption.operate", "volunteer.see")):
        raise NoSuch(kind=N_("station"), key=code)


def _shown(found: list[Volunteer]) -> list[dict[str, object]]:
    session, by, at = db.session(), http.current_actor(), clock.now()
    young = {one.code for one in found if volunteers.is_minor(one, clock.local_date(at))}
    names = minors.names(session, found, by=by, at=at)
    return [{"volunteer": one.code, "name": names[one.code], "minor": one.code in young} for one in found]
