"""What every exchange must satisfy, whoever asks for it: the refusals and the checks on what was read under lock."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import two_people
from points.access.identity import Identity, IdentityCheck
from points.exchange import stock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NotAllowed
from points.foundation.masking import age_on
from points.people import served
from points.people.guardians import OF_AGE
from points.people.tables import Guardian

# --- what there is


@dataclass(frozen=True)
class Line:
    """So many of one item, by its code."""

    item: str
    qty: int


@dataclass(frozen=True)
class Basket:
    """What a person, by their code, wants at a station. The same `key` acts once, asked again for the same."""

    volunteer: str
    station: str
    lines: Sequence[Line]
    key: str


@dataclass(frozen=True)
class Proxy:
    """Who collects for the redeemer (代领), and what they are to them."""

    name: str
    relation: str


class Redeemer(NamedTuple):
    """The person an exchange is for. The clerk's names: the account's and the person's.

    `served_here`: whether the station serves them, of the whole street or of an agreed one. `points_until`: the last
    day on which somebody who has left uses up what points they have.
    """

    id: int
    code: str
    status: str
    birth_date: date
    household_id: int | None
    clerk_in_household: bool
    second_in_household: bool
    clerk_login_name: str | None
    clerk_name: str | None
    has_a_clerks_phone: bool
    served_here: bool
    points_until: date | None


# --- what is refused


@dataclass(eq=False)
class NothingChosen(Invalid):
    """An exchange without lines."""

    code = "nothing-chosen"
    title = N_("Nothing chosen")
    detail = N_("There is nothing to exchange.")
    next_step = N_("Choose at least one item.")


@dataclass(eq=False)
class NotOnOffer(Conflict):
    """The item is not on the shelf of this station's street."""

    code = "not-on-offer"
    title = N_("Not on offer")
    detail = N_("%(item)s is not on offer at this station.")
    next_step = N_("Choose something else.")
    item: str


@dataclass(eq=False)
class StationClosed(Conflict):
    """The station is paused or closed."""

    code = "station-closed"
    title = N_("This station is closed")
    detail = N_("%(station)s hands nothing out at present.")
    next_step = N_("Go to another station.")
    station: str


@dataclass(eq=False)
class ExchangeDayNotOpen(Conflict):
    """The exchange session named is not open at this station."""

    code = "session-not-open"
    title = N_("The session is not open")
    detail = N_("The exchange session %(session)s is not open here.")
    next_step = N_("Open the session, or exchange at the counter without one.")
    session: str


@dataclass(eq=False)
class PersonSuspended(NotAllowed):
    """The redeemer is not an active volunteer."""

    code = "person-suspended"
    title = N_("Not active")
    detail = N_("%(volunteer)s is not active (%(status)s).")
    next_step = N_("Ask the community administrator.")
    volunteer: str
    status: str


@dataclass(eq=False)
class OverMonthLimit(Conflict):
    """More of an item than one person may take in a month."""

    code = "over-month-limit"
    title = N_("Monthly limit reached")
    detail = N_("“%(name)s”: %(limit)d a person each month; %(used)d taken, %(wanted)d wanted.")
    next_step = N_("Take at most %(left)d this month.")
    item: str
    name: str
    limit: int
    used: int
    wanted: int
    left: int


@dataclass(eq=False)
class OverExchangeDayLimit(Conflict):
    """More points than one person may exchange in this session."""

    code = "over-session-limit"
    title = N_("Session limit reached")
    detail = N_("In this session one person exchanges up to %(limit)d points; %(used)d are used, %(wanted)d wanted.")
    next_step = N_("Choose goods for at most %(left)d points.")
    session: str
    limit: int
    used: int
    wanted: int
    left: int


@dataclass(eq=False)
class TooYoungFor(NotAllowed):
    """The item is for older people."""

    code = "too-young-for-item"
    title = N_("Not for this age")
    detail = N_("“%(name)s” is for people of %(min_age)d and over.")
    next_step = N_("Choose something else.")
    item: str
    name: str
    min_age: int


@dataclass(eq=False)
class NeedsGuardian(NotAllowed):
    """A minor exchanges only by or with the guardian."""

    code = "needs-guardian"
    title = N_("The guardian is needed")
    detail = N_("%(volunteer)s is under age: goods are exchanged by or with the guardian.")
    next_step = N_("Let the guardian come along, and enter the guardian's name and relation.")
    volunteer: str


@dataclass(eq=False)
class SelfDealing(NotAllowed):
    """A clerk serves themselves."""

    code = "self-dealing"
    title = N_("Nobody serves themselves")
    detail = N_("%(clerk)s cannot hand goods to themselves.")
    next_step = N_("Ask a colleague to serve you.")
    clerk: str


@dataclass(eq=False)
class SameHousehold(NotAllowed):
    """A clerk, or the second person who vouches, lives in the redeemer's household."""

    code = "same-household"
    title = N_("Nobody serves their own household")
    detail = N_("%(clerk)s and %(volunteer)s belong to the same household.")
    next_step = N_("Ask a colleague to serve them.")
    clerk: str
    volunteer: str


@dataclass(eq=False)
class ProxyIsClerk(NotAllowed):
    """The clerk collects for the redeemer."""

    code = "proxy-is-clerk"
    title = N_("The clerk cannot collect for others")
    detail = N_("%(clerk)s hands the goods over and cannot be the one who collects them.")
    next_step = N_("Ask a colleague to hand them over, or let someone else collect.")
    clerk: str


@dataclass(eq=False)
class ProxyUnknown(Invalid):
    """A proxy without a name or a relation."""

    code = "proxy-incomplete"
    title = N_("Who collects?")
    detail = N_("Name the person who collects, and what they are to the redeemer.")
    next_step = N_("Enter name and relation.")


@dataclass(eq=False)
class IdentityNeeded(NotAllowed):
    """Staff set goods aside for somebody, and nobody made sure who it is."""

    code = "identity-needed"
    title = N_("Who is it?")
    detail = N_("For goods that staff set aside, the person is recognised as for goods that they hand over.")
    next_step = N_("Ask for the PIN or the last four digits of the phone, or confirm together that you know them.")


@dataclass(eq=False)
class SecondKnowsNeeded(NotAllowed):
    """Known by two, but no second member of staff confirms."""

    code = "second-clerk-needed"
    title = N_("Two of the staff must know the person")
    detail = N_("Without PIN or phone, a second member of staff confirms who this is.")
    next_step = N_("Ask a colleague to sign in and confirm.")


@dataclass(eq=False)
class WrongState(Conflict):
    """The redemption is not in a state that allows this."""

    code = "redemption-state"
    title = N_("Not possible now")
    detail = N_("The redemption %(redemption)s is %(status)s.")
    next_step = N_("Look at the receipt; somebody may have been faster.")
    redemption: str
    status: str


@dataclass(eq=False)
class PickupPassed(Conflict):
    """The reservation was to be collected earlier."""

    code = "pickup-passed"
    title = N_("Too late to collect")
    detail = N_("%(redemption)s was to be collected by %(until)s; points and goods go back.")
    next_step = N_("Choose the goods again.")
    redemption: str
    until: date


@dataclass(eq=False)
class ReturnTooLate(Conflict):
    """Goods are taken back within the rule set's days."""

    code = "return-too-late"
    title = N_("Too late to return")
    detail = N_("Goods are taken back within %(days)d days; these were handed over on %(handed_over)s.")
    next_step = N_("Ask the street office if the goods were faulty from the start.")
    days: int
    handed_over: date


# --- what can be asked


def gathered(lines: Sequence[Line]) -> dict[str, int]:
    """The quantities by item code. Raises NothingChosen, BadQuantity."""
    if not lines:
        raise NothingChosen()
    wanted: Counter[str] = Counter()
    for line in lines:
        if line.qty < 1:
            raise stock.BadQuantity(qty=line.qty)
        wanted[line.item] += line.qty
    return dict(sorted(wanted.items()))


def fingerprint(kind: str, basket: Basket, wanted: Mapping[str, int]) -> str:
    """What tells a repeated exchange from another one under the same key."""
    said = json.dumps([kind, basket.volunteer, basket.station, sorted(wanted.items())], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def refuse_inactive(redeemer: Redeemer, *, day: date) -> None:
    """Refuse who is suspended, and who has left but for using up points. Raises PersonSuspended."""
    uses_up = redeemer.points_until is not None and day <= redeemer.points_until
    if redeemer.status != "active" and not (redeemer.status == "closed" and uses_up):
        raise PersonSuspended(volunteer=redeemer.code, status=redeemer.status)


def refuse_stranger(session: Session, redeemer: Redeemer, *, here: stock.Place) -> None:
    """Points are spent where they were earned (domain §3.7). Raises FromOtherStreet or FromOtherCommunity."""
    if not redeemer.served_here:
        served.require(session, redeemer.code, station=here.code)


def refuse_self_dealing(redeemer: Redeemer, *, by: Actor, second: Actor | None, proxy: Proxy | None) -> None:
    """Domain §3.7 rule 3. Raises SelfDealing, SameHousehold, ProxyIsClerk, ProxyUnknown."""
    for person in (by, second):
        if person is not None and two_people.is_plainly_oneself(person, redeemer.code, volunteer_id=redeemer.id):
            raise SelfDealing(clerk=person.person)
    if redeemer.has_a_clerks_phone:
        raise SelfDealing(clerk=by.person)
    if redeemer.clerk_in_household:
        raise SameHousehold(clerk=by.person, volunteer=redeemer.code)
    if redeemer.second_in_household and second is not None:
        raise SameHousehold(clerk=second.person, volunteer=redeemer.code)
    if proxy is None:
        return
    name = _tidy(proxy.name)
    if not name or not proxy.relation.strip():
        raise ProxyUnknown()
    if name in {_tidy(called or "") for called in (redeemer.clerk_login_name, redeemer.clerk_name, by.person)}:
        raise ProxyIsClerk(clerk=by.person)


def refuse_unvouched(session: Session, identity: Identity, *, by: Actor, here: stock.Place, at: datetime) -> None:
    """An elder without PIN and phone is known by two of the staff. Raises SecondKnowsNeeded, NotPermitted."""
    if identity.check != IdentityCheck.KNOWN_BY_TWO:
        return
    second = identity.second
    if second is None:
        raise SecondKnowsNeeded()
    second.require("redemption.witness", station_id=here.id, area_path=here.area_path)
    two_people.refuse_one_person(session, SecondKnowsNeeded(), first=by.person, second=second, at=at)


def vouched(
    identity: Identity | None, code: str, *, by: Actor, here: stock.Place, at: datetime
) -> list[dict[str, object]]:
    """The row that keeps who vouched for whom in the redemption `code`; none where nobody needed to."""
    if identity is None or identity.second is None:
        return []
    return [
        two_people.signature(
            first=by.person,
            second=identity.second,
            action="redemption.identity",
            target=f"redemption:{code}",
            at=at,
            area_path=here.area_path,
        )
    ]


def refuse_unaccompanied(
    session: Session, redeemer: Redeemer, *, by: Actor, proxy: Proxy | None, day: date, hand_over: bool
) -> None:
    """A minor reserves by the guardian's own sign-in, and is handed goods with the guardian, who is entered as proxy.

    One statement, for minors only. Raises NeedsGuardian, or ProxyIsClerk when the guardian is the clerk.
    """
    if age_on(redeemer.birth_date, day) >= OF_AGE:
        return
    guardians = session.execute(
        select(Guardian.name, Guardian.guardian_volunteer_id).where(Guardian.minor_id == redeemer.id)
    ).all()
    for name, volunteer_id in guardians:
        if volunteer_id is not None and volunteer_id == by.volunteer_id:
            if hand_over:
                raise ProxyIsClerk(clerk=by.person)
            return
        if proxy is not None and _tidy(proxy.name) == _tidy(name):
            return
    raise NeedsGuardian(volunteer=redeemer.code)


def _tidy(name: str) -> str:
    return "".join(name.split()).casefold()
