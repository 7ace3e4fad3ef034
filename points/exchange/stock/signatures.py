"""Who may move stock, the second signature, and how a movement is written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from points.access import two_people
from points.exchange.stock.batches import Place, place
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NotAllowed
from points.journal import audit

# --- what is refused


@dataclass(eq=False)
class SecondPersonNeeded(NotAllowed):
    """The second signature is the first person's."""

    code = "second-person-needed"
    title = N_("A second person must sign")
    detail = N_("%(person)s cannot sign twice; stock is moved by two people.")
    next_step = N_("Ask a colleague to confirm with their own sign-in.")
    person: str


@dataclass(eq=False)
class BadQuantity(Invalid):
    """A quantity outside what makes sense."""

    code = "bad-quantity"
    title = N_("This quantity is not possible")
    detail = N_("%(qty)d is not a possible quantity.")
    next_step = N_("Enter a whole number of at least 1.")
    qty: int


@dataclass(eq=False)
class Promised(Conflict):
    """What would be taken is promised to reservations."""

    code = "stock-promised"
    title = N_("Promised to reservations")
    detail = N_("Only %(free)d of the batch %(batch)s are free; %(reserved)d are promised.")
    next_step = N_("Hand over or cancel the reservations first.")
    batch: str
    free: int
    reserved: int


@dataclass(eq=False)
class ReasonMissing(Invalid):
    """Goods written off without a reason."""

    code = "reason-missing"
    title = N_("A reason is needed")
    detail = N_("Say what happened to the goods.")
    next_step = N_("Write a few words, for example “broken in transport”.")


# --- what happens


def require_mover(session: Session, station: str, *, by: Actor) -> tuple[Place, str]:
    """The station, and the role in which `by` moves its stock. Raises NoSuch, NotPermitted."""
    here = place(session, station)
    return here, by.require("stock.move", station_id=here.id, area_path=here.area_path)


def require_signed(session: Session, station: str, *, by: Actor, second: Actor, at: datetime) -> tuple[Place, str]:
    """The station, and the role in which `by` moves its stock; `second` witnesses there.

    Raises NoSuch, NotPermitted, SecondPersonNeeded.
    """
    here, role = require_mover(session, station, by=by)
    require_second(session, (here,), by=by, second=second, at=at)
    return here, role


def require_second(session: Session, places: Iterable[Place], *, by: Actor, second: Actor, at: datetime) -> None:
    """Refuse a second signature of the same person, or of one who may witness at none of the places.

    Raises SecondPersonNeeded, NotPermitted.
    """
    two_people.refuse_one_person(session, SecondPersonNeeded(person=by.person), first=by.person, second=second, at=at)
    for here in places:
        if second.role_for("stock.witness", station_id=here.id, area_path=here.area_path):
            return
    second.require("stock.witness")


def note(
    session: Session, action: str, target: str, here: Place, *, second: Actor | None = None, **act: Unpack[audit.Act]
) -> None:
    """Write what was done at a station to the audit log, and who signed it beside who did it."""
    if second is not None:
        two_people.sign(
            session,
            first=act["by"].person,
            second=second,
            action=action,
            target=target,
            at=act["at"],
            area_path=here.area_path,
        )
    audit.write(session, action=action, target=target, area_path=here.area_path, **act)
