"""Civic points (文明积分): positive only, from a list that the residents approved; switched off by default (P16)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.journal import audit
from points.ledger.statuses import LotSource
from points.people import volunteers
from points.rewards import rules, rulesets

# --- what is refused


@dataclass(eq=False)
class CivicSwitchedOff(Conflict):
    """The rule set in force gives no civic points."""

    code = "civic-off"
    title = N_("Civic points are switched off")
    detail = N_("The rules in force on %(day)s give no civic points.")
    next_step = N_("Only a rule set decided by the residents can switch them on.")
    day: date


@dataclass(eq=False)
class AlreadyGiven(Conflict):
    """This person already got this item on this date."""

    code = "already-given"
    title = N_("Already given")
    detail = N_("%(volunteer)s already has the points for “%(item)s” of %(day)s.")
    next_step = N_("Nothing is left to do.")
    volunteer: str
    item: str
    day: date


# --- what happens


def give(session: Session, *, volunteer: str, item: str, day: date, by: Actor, at: datetime) -> int:
    """Give the points of one item of the published civic list; how many (P16).

    Never hours, never negative, once per person, item and date.
    Raises CivicSwitchedOff, AlreadyGiven, NoSuch for an item that is not on the list, NotPermitted.
    """
    person = volunteers.by_code(session, volunteer)
    role = by.require("points.civic", area_path=person.area_path)
    in_force = rulesets.in_force(session, street_id=person.street_id, day=day)
    listed = in_force.params["civic"]
    if not listed["on"]:
        raise CivicSwitchedOff(day=day)
    if item not in listed["items"]:
        raise NoSuch(kind=N_("civic item"), key=item)
    account = ledger.lock_accounts(session, volunteer_ids=[person.id], at=at)[person.id]
    reference = f"civic:{item}:{volunteer}:{day}"
    if ledger.is_posted(session, purpose="earn", reference=reference):
        raise AlreadyGiven(volunteer=volunteer, item=item, day=day)
    points = listed["items"][item]["points"]
    ledger.earn(
        session,
        earning=ledger.Earning(
            account=account,
            points=points,
            reference=reference,
            source_type=LotSource.CIVIC,
            source_ref=reference,
            rule_version=in_force.version,
            earned_on=day,
            expires_on=rules.expiry_date(day, rules=rules.PointRules.from_params(in_force.params)),
        ),
        by=by,
        at=at,
    )
    audit.write(
        session,
        by=by,
        role=role,
        action="points.civic",
        target=f"volunteer:{volunteer}",
        at=at,
        area_path=person.area_path,
        facts={"item": item, "points": points, "day": str(day)},
    )
    return points
