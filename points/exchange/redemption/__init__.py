"""Redemption: points become goods, at the counter in one step or reserved and collected (domain §3.7).

`allowance` says what a person may have, `counter` exchanges and reserves, `lifecycle` hands over, cancels and lapses,
`returning` takes back, `queries` answers; `rules` are what every exchange must satisfy, `situation` is what one reads.
"""

from points.exchange.redemption.allowance import Allowance, Possible, allowance
from points.exchange.redemption.counter import redeem, reserve
from points.exchange.redemption.lifecycle import cancel, forget_proxies, fulfil, lapse_due
from points.exchange.redemption.queries import (
    Receipt,
    ReceiptLine,
    Which,
    by_code,
    count,
    known,
    listing,
    of_household,
    receipt,
    seen,
)
from points.exchange.redemption.returning import BroughtBack, MoreThanHandedOver, NotOnReceipt, give_back
from points.exchange.redemption.rules import Basket, Line, Proxy

__all__ = [
    "Allowance",
    "Basket",
    "BroughtBack",
    "Line",
    "MoreThanHandedOver",
    "NotOnReceipt",
    "Possible",
    "Proxy",
    "Receipt",
    "ReceiptLine",
    "Which",
    "allowance",
    "by_code",
    "cancel",
    "count",
    "forget_proxies",
    "fulfil",
    "give_back",
    "known",
    "lapse_due",
    "listing",
    "of_household",
    "receipt",
    "redeem",
    "reserve",
    "seen",
]
