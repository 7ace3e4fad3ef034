"""What the screen of an exchange session shows at this moment: figures and the shelf, and nobody's name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.exchange import goods
from points.exchange.exchange_days import lifecycle
from points.exchange.goods import Offer
from points.exchange.tables import ExchangeSession, Redemption
from points.foundation import clock
from points.foundation.actors import Actor
from points.places.tables import Station

# --- what there is


@dataclass(frozen=True)
class Live:
    """A session as it is now. `waiting` reservations of `waiting_points` are still to be fetched at its station."""

    event: ExchangeSession
    station: Station
    persons: int
    redemptions: int
    items: int
    points: int
    waiting: int
    waiting_points: int
    shelf: tuple[Offer, ...]


# --- what can be asked


def live(session: Session, *, code: str, by: Actor, at: datetime) -> Live:
    """The session at this moment; a closed one shows what it closed with. Raises NoSuch."""
    event = lifecycle.seen(session, code, by=by)
    station = session.get_one(Station, event.station_id)
    figures = lifecycle.figures(session, code=code)
    waiting, points = session.execute(
        select(func.count(), func.coalesce(func.sum(Redemption.total_points), 0)).where(
            Redemption.station_id == station.id, Redemption.status == "reserved"
        )
    ).one()
    return Live(
        event=event,
        station=station,
        persons=figures["persons"],
        redemptions=figures["redemptions"],
        items=figures["items"],
        points=figures["points"],
        waiting=waiting,
        waiting_points=int(points),
        shelf=tuple(goods.on_offer(session, station=station.code, day=clock.local_date(at))),
    )
