"""One kind of goods at one station: its batches, and every movement of them."""

from dataclasses import dataclass
from typing import Annotated

from werkzeug import Response

from points import http
from points.database import db
from points.exchange import goods
from points.exchange.naming import as_shown
from points.exchange.stock import queries
from points.places import stations
from points.shapes.fields import Whole
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import AtStation

A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Leaf(AtStation):
    """Which station, and which page of its movements."""

    page: Annotated[int, Whole(least=1, most=1_000_000)] = 1


@bp.get("/stock/goods/<code>")
def stock_goods(code: str) -> Response:
    """The batches of an item at a station, those used up too, and what moved them: who, when, why, by which receipt."""
    session, by = db.session(), http.current_actor()
    asked = forms.asked(Leaf)
    mine = stations.visible(session, by=by)
    here = next((one for one in mine if asked.station in ("", one.code)), None)
    if here is None:
        pages.not_here()
    item = goods.by_code(session, code)
    count = queries.count_moves(session, station=here.code, item=code, by=by)
    path = stations.area_path(session, here)
    if not count and item.street_id not in {int(part) for part in path.strip("/").split("/")}:
        pages.not_here()
    return pages.show(
        "staff/stock_goods.html",
        station=here,
        stations=mine,
        item=item,
        name=as_shown(item.name, item.spec),
        batches=queries.batches_of(session, station=here.code, item=code, by=by),
        moves=queries.moves_of(
            session, station=here.code, item=code, by=by, offset=(asked.page - 1) * A_PAGE, limit=A_PAGE
        ),
        count=count,
        turned=pages.turned(asked.page, count, a_page=A_PAGE),
        asked={"station": here.code, "code": code},
        sees_receipts=by.role_for("redemption.see", station_id=here.id, area_path=path) is not None,
    )
