"""What of each kind must be seen to decide it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

# --- what there is


class FlaggedStay(NamedTuple):
    """A stay with flags that nobody has looked at."""

    code: str
    in_at: datetime
    out_at: datetime | None
    in_method: str
    out_method: str | None
    flags: Sequence[str]
    activity: str
    title: str
    area_path: str
    name: str
    volunteer: str


class OpenClaim(NamedTuple):
    """A make-up to decide."""

    code: str
    claimed_in: datetime
    claimed_out: datetime
    reason: str
    note: str
    proposed_by: str
    created_at: datetime
    title: str
    name: str
    volunteer: str


class Objection(NamedTuple):
    """A contested record: `why`, and `since` when."""

    code: str
    local_date: date
    minutes_credited: int
    title: str
    start_at: datetime
    end_at: datetime
    name: str
    volunteer: str
    assurance: str
    why: str
    since: datetime | None


class OverHours(NamedTuple):
    """A record with minutes beyond eight hours in a day."""

    code: str
    local_date: date
    minutes_credited: int
    title: str
    start_at: datetime
    end_at: datetime
    name: str
    volunteer: str
    minutes_pending: int


class PendingSignups(NamedTuple):
    """An activity to come at which people wait to be taken in."""

    code: str
    title: str
    start_at: datetime
    people: int


class Applicants(NamedTuple):
    """A team that people would like to join."""

    code: str
    name: str
    people: int
    since: datetime


class OpenAdjustment(NamedTuple):
    """A plus or minus that another person proposed."""

    code: str
    points: int
    reason: str
    proposed_by: str
    created_at: datetime
    name: str
    volunteer: str


class ProposedGoods(NamedTuple):
    """Goods that a station proposed."""

    code: str
    name: str
    spec: str
    created_by: str
    created_at: datetime
