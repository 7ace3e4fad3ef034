"""Reports: figures, what is near its date, areas to look at."""

from sqlalchemy.orm import Session

from points import http
from points.api.room import Room
from points.database import db
from points.exchange import stock
from points.foundation import clock
from points.places import areas
from points.places.tables import Area
from points.reports import figures, own_figures
from points.shapes.fields import Given
from points.shapes.reports import (
    AreaQuery,
    AreaWarningsShape,
    FiguresQuery,
    FiguresShape,
    NearExpiryQuery,
    NearExpiryShape,
    OwnFiguresListShape,
    OwnFiguresQuery,
)

room = Room("reports", __name__, description="Figures and lists owed upward.")


@room.read("/reports/figures", query=FiguresQuery, answer=FiguresShape)
def show_figures(given: Given) -> object:
    """The figures of an area: occasions, person-times, minutes, points issued, redeemed and more."""
    session = db.session()
    area = _seen(session, given["area"])
    first, last = given.get("date_from"), given.get("date_to")
    return {
        "area": area.code,
        "date_from": first,
        "date_to": last,
        "definition_version": figures.DEFINITION_VERSION,
        **figures.figures(session, area=area.code, date_from=first, date_to=last),
    }


@room.read("/reports/own-figures", query=OwnFiguresQuery, answer=OwnFiguresListShape)
def show_own_figures(given: Given) -> object:
    """The figures of your own team, station or unit, as numbers without names."""
    today = clock.local_date(clock.now())
    first, last = given.get("date_from") or today.replace(month=1, day=1), given.get("date_to") or today
    return {"items": own_figures.of(db.session(), by=http.current_actor(), date_from=first, date_to=last)}


@room.read("/reports/near-expiry", query=NearExpiryQuery, answer=NearExpiryShape)
def list_near_expiry(given: Given) -> object:
    """The goods near or past their date."""
    today = clock.local_date(clock.now())
    found = stock.near_expiry(db.session(), by=http.current_actor(), day=today, station=given.get("station"))
    return {"items": found}


@room.read("/reports/area-warnings", query=AreaQuery, answer=AreaWarningsShape)
def list_area_warnings(given: Given) -> object:
    """The 邻 of fewer than 5 or more than 15 households."""
    session = db.session()
    return {"items": [area.code for area in areas.warnings(session, path=_seen(session, given["area"]).path)]}


def _seen(session: Session, code: str) -> Area:
    return figures.seen(session, code, by=http.current_actor())
