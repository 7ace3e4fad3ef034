"""A sum of points with the parts that make it, told in the same words on every page and print."""

from collections.abc import Iterator

from flask_babel import gettext

from points.foundation.errors import N_
from points.ledger import Balance
from points.ledger.statuses import BalancePart

PARTS: dict[BalancePart, str] = {
    BalancePart.HELD: N_("%(n)d more are set aside for a reservation"),
    BalancePart.FROZEN: N_("%(n)d more rest until an objection about them is decided"),
    BalancePart.LAPSED: N_("%(n)d have expired and are about to be taken off"),
    BalancePart.OWED: N_("%(n)d are still to be made up after a correction; your next points go there first."),
}


def asides(balance: Balance) -> Iterator[str]:
    """A sentence for each part that stands beside the points that can be spent today."""
    for part, points in balance.parts:
        yield gettext(PARTS[part]) % {"n": points}
