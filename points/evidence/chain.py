"""What a chain of evidence is made of: public codes, times and figures, as the API says them.

No name, phone or birth date of a volunteer stands in it, and a donor's name only where they consent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from points.service.tables import Trace

# --- what there is

# of the books


@dataclass(frozen=True)
class Booking:
    """One transfer as the books say it."""

    purpose: str
    reference: str
    points: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class OwnBooking(Booking):
    """The booking that was asked about, with the volunteer whose points it moved."""

    volunteer: str


@dataclass(frozen=True)
class Use:
    """One booking that took from a lot or gave back to it."""

    purpose: str
    reference: str
    points: int
    at: datetime


@dataclass(frozen=True)
class Lot:
    """Points of one origin with their own last day."""

    source: str
    source_type: str
    points: int
    remaining: int
    earned_on: date
    expires_on: date | None
    status: str
    rule_version: str


@dataclass(frozen=True)
class LotMade(Lot):
    """The lot that a booking made, with every use of it since."""

    uses: Sequence[Use]


@dataclass(frozen=True)
class Maker:
    """The booking that made a lot."""

    purpose: str
    reference: str
    at: datetime


@dataclass(frozen=True)
class LotTaken:
    """A lot that a booking took from or gave back to: how much it `moved`, whose it is, and what had made it."""

    moved: int
    used_by: str
    volunteer: str
    lot: Lot
    made_by: Maker


@dataclass(frozen=True)
class Adjusted:
    """Who proposed and who decided an adjustment, and why."""

    code: str
    points: int
    reason: str
    proposed_by: str
    decided_by: str | None
    decided_at: datetime | None


# of the service


@dataclass(frozen=True)
class Awarded:
    """One award with every step that led to its points; `change` is the difference to what was booked before."""

    code: str
    points: int
    change: int
    sequence: int
    at: datetime
    rule_version: str
    explanation: Mapping[str, object]


@dataclass(frozen=True)
class Rules:
    """A rule set: since when, by whose resolution, signed by whom."""

    version: str
    effective_from: date
    resolution_ref: str
    drafted_by: str
    published_by: str | None
    published_at: datetime | None


@dataclass(frozen=True)
class AwardedByRules(Awarded):
    """An award with the rules it followed."""

    rules: Rules | None


@dataclass(frozen=True)
class Recorded:
    """One version of a service record."""

    code: str
    version: int
    latest: bool
    local_date: date
    minutes_raw: int
    minutes_credited: int
    minutes_pending: int
    assurance: str
    source: str
    status: str
    flags: Sequence[str]
    trace: Trace
    recording_org: str
    confirmed_by: str | None
    confirmed_at: datetime | None
    void_reason: str


@dataclass(frozen=True)
class Held:
    """The activity, with who submitted, approved and settled it."""

    code: str
    title: str
    category: str
    area: str
    place: str
    team: str
    leader: str
    start_at: datetime
    end_at: datetime
    status: str
    submitted_by: str | None
    approved_by: str | None
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Scanned:
    """One scan with both clocks."""

    direction: str
    method: str
    occurred_at: datetime
    received_at: datetime
    operator: str
    device: str
    forced: bool


@dataclass(frozen=True)
class MadeUp:
    """An approved make-up of a stay."""

    code: str
    reason: str
    proposed_by: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Stayed:
    """One stay with the scans that made it."""

    code: str
    in_at: datetime
    out_at: datetime | None
    in_method: str
    out_method: str | None
    in_by: str
    out_by: str | None
    status: str
    flags: Sequence[str]
    flags_decided_by: str | None
    scans: Sequence[Scanned]
    makeups: Sequence[MadeUp]


# of the goods


@dataclass(frozen=True)
class Batch:
    """The batch that goods came from, and who gave, received and checked it."""

    code: str
    source: str
    best_before: date | None
    received_by: str
    checked_by: str
    donor: str | None
    donor_name: str | None


@dataclass(frozen=True)
class Line:
    """One item of a redemption, at the price of the day."""

    item: str
    name: str
    qty: int
    returned: int
    price: int
    batch: Batch


@dataclass(frozen=True)
class Redeemed:
    """One redemption; `session` is the exchange day it belonged to."""

    code: str
    redeemer: str
    station: str
    station_name: str
    session: str | None
    status: str
    day: date
    points: int
    points_returned: int
    rule_version: str
    clerk: str | None
    fulfilled_at: datetime | None
    identity_check: str | None
    identity_second: str | None
    ended_at: datetime | None
    ended_by: str | None
    ended_reason: str
    lines: Sequence[Line]


# chains


@dataclass(frozen=True)
class OfBooking:
    """All that stands behind one booking, or behind the lot that it made."""

    transfer: OwnBooking
    lot: LotMade | None
    lots_used: Sequence[LotTaken]


@dataclass(frozen=True)
class OfAward(OfBooking):
    """A booking that earned or took back what was earned."""

    award: Awarded | None


@dataclass(frozen=True)
class OfService(OfAward):
    """The same with the service that it was for."""

    rules: Rules | None
    record: Recorded
    activity: Held | None
    attendance: Sequence[Stayed]


@dataclass(frozen=True)
class OfExchange(OfBooking):
    """A booking of goods: spent, reserved or given back."""

    redemption: Redeemed | None


@dataclass(frozen=True)
class OfAdjustment(OfBooking):
    """A booking by hand."""

    adjustment: Adjusted | None


@dataclass(frozen=True)
class OfRecord:
    """One record with what it was made of, and the points that followed."""

    volunteer: str
    record: Recorded
    activity: Held | None
    attendance: Sequence[Stayed]
    awards: Sequence[AwardedByRules]
    transfers: Sequence[Booking]


@dataclass(frozen=True)
class OfRedemption:
    """One redemption with its bookings and the lots that they took from or gave back to."""

    redemption: Redeemed | None
    transfers: Sequence[Booking]
    lots_used: Sequence[LotTaken]


Chain = OfBooking | OfRecord | OfRedemption
