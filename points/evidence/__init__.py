"""The evidence of a point: from a booking to the scans that earned it, or to the goods that it became (design §6).

`of_booking` · `of_lot` · `of_record` · `of_redemption`, each a chain of `points.evidence.chain`; `told` · `headlines`
say in few words what the lines of a statement were for
"""

from points.evidence.chain import Chain, OfBooking, OfExchange, OfRecord, OfRedemption
from points.evidence.queries import Told, headlines, of_booking, of_lot, of_record, of_redemption, told

__all__ = [
    "Chain",
    "OfBooking",
    "OfExchange",
    "OfRecord",
    "OfRedemption",
    "Told",
    "headlines",
    "of_booking",
    "of_lot",
    "of_record",
    "of_redemption",
    "told",
]
