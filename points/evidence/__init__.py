"""The evidence of a point: from a booking to the scans that earned it, or to the goods that it became (design §6).

`of_booking` · `of_lot` · `of_record` · `of_redemption`, each a chain of `points.evidence.chain`
"""

from points.evidence.chain import Chain, OfBooking, OfExchange, OfRecord, OfRedemption
from points.evidence.queries import headlines, of_booking, of_lot, of_record, of_redemption

__all__ = [
    "Chain",
    "OfBooking",
    "OfExchange",
    "OfRecord",
    "OfRedemption",
    "headlines",
    "of_booking",
    "of_lot",
    "of_record",
    "of_redemption",
]
