"""Opening balances: points that people had in the books kept before, brought over with a reference to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, each
from points.foundation.progress import Progress, unheard
from points.journal import audit
from points.ledger.statuses import LotSource, Purpose
from points.ledger.tables import Transfer
from points.people.lookup import Found, People
from points.people.volunteers import TwiceInList
from points.places.tables import Area
from points.rewards import rules
from points.rewards.rulesets import InForce

MOST = 100_000
NEVER = date.max
"""The last day of points that do not expire."""
CHUNK = 500

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What one person had: whose (volunteer code or phone), how much, and where it stood in the earlier books.

    `expires_on` is None for points that expire as if they were earned on `earned_on`, by the rules of today, and NEVER
    for those that do not.
    """

    volunteer: str
    points: int
    reference: str
    earned_on: date
    expires_on: date | None = None


# --- what is refused


@dataclass(eq=False)
class BadOpening(Invalid):
    """The amount or a date cannot be."""

    code = "bad-opening"
    title = N_("This opening balance is not possible")
    detail = N_("%(points)s points earned on %(earned_on)s cannot be brought over.")
    next_step = N_("Points are 1 to %(most)s; they were earned before today and have not expired.")
    points: int
    earned_on: date
    most: int = MOST


@dataclass(eq=False)
class BroughtOver(Conflict):
    """The reference has been brought over before."""

    code = "brought-over"
    title = N_("Brought over before")
    detail = N_("The balance “%(reference)s” is in the books already.")
    next_step = N_("Take the row out of the list.")
    reference: str


# --- what happens


def bring_over(
    session: Session, *, openings: Mapping[int, Opening], by: Actor, at: datetime, progress: Progress = unheard
) -> int:
    """Book every opening balance as a lot of its own; the sum of the points. One audit entry a street.

    `progress` hears of each line twice: when it is looked at and when it is written.
    Raises RowsRefused, which holds for each line NoSuch, BadOpening, BroughtOver, TwiceInList, NoRulesInForce or
    NotPermitted.
    """
    day = clock.local_date(at)
    people = People(session, (one.volunteer for one in openings.values()))
    streets = {one.id: one for one in session.scalars(select(Area).where(Area.type == "street"))}
    in_force = InForce(session, street_ids=streets)
    before = set(session.scalars(select(Transfer.reference).where(Transfer.purpose == "opening")))
    due: dict[str, _Due] = {}

    def take(one: Opening) -> None:
        person = people.named(one.volunteer)
        street = streets[person.street_id]
        by.require("points.adjust", area_path=street.path)
        version, point_rules = in_force.points_on(street.id, day)
        expires_on = one.expires_on or rules.expiry_date(one.earned_on, rules=point_rules)
        if not 1 <= one.points <= MOST or one.earned_on > day or (expires_on is not None and expires_on < day):
            raise BadOpening(points=one.points, earned_on=one.earned_on)
        reference = f"opening:{one.reference.strip()}"
        if reference in before:
            raise BroughtOver(reference=one.reference)
        if reference in due:
            raise TwiceInList(value=one.reference)
        due[reference] = _Due(person, street, one, version, expires_on)

    each(openings, take, progress=progress)
    for chunk in _chunks(list(due.items())):
        accounts = ledger.lock_accounts(session, volunteer_ids=[one.person.id for _, one in chunk], at=at)
        ledger.earn_many(
            session,
            earnings=[
                ledger.Earning(
                    account=accounts[one.person.id],
                    points=one.opening.points,
                    reference=reference,
                    source_type=LotSource.OPENING,
                    rule_version=one.version,
                    earned_on=one.opening.earned_on,
                    expires_on=None if one.expires_on == NEVER else one.expires_on,
                    purpose=Purpose.OPENING,
                    reason=one.opening.reference,
                )
                for reference, one in chunk
            ],
            by=by,
            at=at,
        )
        progress(len(chunk))
    for street in streets.values():
        brought = [one.opening.points for one in due.values() if one.street is street]
        if brought:
            audit.write(
                session,
                by=by,
                role=by.require("points.adjust", area_path=street.path),
                action="points.bring_over",
                target=f"area:{street.code}",
                at=at,
                area_path=street.path,
                facts={"people": len(brought), "points": sum(brought)},
            )
    return sum(one.opening.points for one in due.values())


@dataclass(frozen=True, slots=True)
class _Due:
    person: Found
    street: Area
    opening: Opening
    version: str
    expires_on: date | None


def _chunks(items: list[tuple[str, _Due]]) -> Iterator[list[tuple[str, _Due]]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
