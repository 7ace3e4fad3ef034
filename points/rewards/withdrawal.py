"""A rule set that was published by mistake does not begin: one person asks with a reason, another withdraws it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NotAllowed
from points.places import areas
from points.places.tables import Area
from points.rewards import rulesets
from points.rewards.statuses import RuleSetStatus, WithdrawalStatus
from points.rewards.tables import RuleSet, RuleSetWithdrawal

LEAST_REASON, MOST_REASON = 10, 200

# --- what is refused


@dataclass(eq=False)
class CannotWithdraw(Conflict):
    """Only the newest published rules that have not begun are withdrawn; service counts by what has begun."""

    code = "cannot-withdraw"
    title = N_("These rules cannot be withdrawn")
    detail = N_("%(version)s is not published with a day to come, or newer rules were made from it.")
    next_step = N_("Withdraw the newest rules first; draft new ones in place of what has begun.")
    version: str


@dataclass(eq=False)
class WithdrawalOpen(Conflict):
    """It has been asked before."""

    code = "withdrawal-open"
    title = N_("Somebody has asked for that")
    detail = N_("It has been asked already that %(version)s be withdrawn.")
    next_step = N_("Another street administrator decides it.")
    version: str


@dataclass(eq=False)
class NoWithdrawal(Conflict):
    """Nobody has asked for it, or it is decided."""

    code = "no-withdrawal"
    title = N_("Nothing waits to be decided")
    detail = N_("Nobody asks for %(version)s to be withdrawn, or it has been decided.")
    next_step = N_("Open the page of the rules again.")
    version: str


@dataclass(eq=False)
class ReasonTooShort(Invalid):
    """Everybody reads why rules that were announced do not come."""

    code = "withdrawal-reason"
    title = N_("Say why")
    detail = N_("Everybody reads why these rules do not come; %(least)d to %(most)d characters.")
    next_step = N_("Write what the mistake was.")
    least: int = LEAST_REASON
    most: int = MOST_REASON
    field: str = "reason"


@dataclass(eq=False)
class SameHand(NotAllowed):
    """Who asks for it is not the one who withdraws it."""

    code = "withdrawal-by-one"
    title = N_("A second person is needed")
    detail = N_("You asked for %(version)s to be withdrawn; another person does it.")
    next_step = N_("Ask a second street administrator.")
    version: str


# --- what happens


def propose(session: Session, *, version: str, reason: str, by: Actor, at: datetime) -> RuleSetWithdrawal:
    """Ask that published rules do not begin; nothing changes until another person decides.

    Raises ReasonTooShort, CannotWithdraw, WithdrawalOpen, NoSuch, NotPermitted.
    """
    rule_set, street = rulesets.locked(session, version)
    role = by.require("ruleset.draft", area_path=street.path)
    reason = reason.strip()
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise ReasonTooShort()
    _refuse_begun(session, rule_set, at)
    if asked(session, rule_set_id=rule_set.id) is not None:
        raise WithdrawalOpen(version=version)
    row = RuleSetWithdrawal(
        rule_set_id=rule_set.id,
        reason=reason,
        proposed_by=by.person,
        decided_by=None,
        decided_at=None,
        created_at=at,
        created_by=by.person,
    )
    session.add(row)
    session.flush()
    rulesets.note(session, rule_set, street, "ruleset.ask_withdrawal", role=role, by=by, at=at, reason=reason)
    return row


def decide(session: Session, *, version: str, approve: bool, by: Actor, at: datetime) -> RuleSet:
    """Withdraw the rules, or leave them as they are; also who asked may think better of it.

    Withdrawn, the rules in force go on, and the next draft starts from those published before.
    Raises NoWithdrawal, CannotWithdraw, SameHand, NoSuch, NotPermitted.
    """
    rule_set, street = rulesets.locked(session, version)
    role = by.require("ruleset.publish", area_path=street.path)
    row = asked(session, rule_set_id=rule_set.id)
    if row is None:
        raise NoWithdrawal(version=version)
    if approve:
        _refuse_begun(session, rule_set, at)
        two_people.refuse_one_person(session, SameHand(version=version), first=row.proposed_by, second=by, at=at)
    row.status = WithdrawalStatus.DONE if approve else WithdrawalStatus.DECLINED
    row.decided_by, row.decided_at = by.person, at
    if approve:
        rule_set.status = RuleSetStatus.RETIRED
    session.flush()
    if approve:
        two_people.sign(
            session,
            first=row.proposed_by,
            second=by,
            action="ruleset.withdraw",
            target=f"ruleset:{version}",
            at=at,
            area_path=street.path,
        )
    action = "ruleset.withdraw" if approve else "ruleset.let_stand"
    rulesets.note(session, rule_set, street, action, role=role, by=by, at=at, reason=row.reason)
    return rule_set


# --- what can be asked


def asked(session: Session, *, rule_set_id: int) -> RuleSetWithdrawal | None:
    """The open wish that these rules be withdrawn, if any."""
    return session.scalars(
        select(RuleSetWithdrawal)
        .where(RuleSetWithdrawal.rule_set_id == rule_set_id, RuleSetWithdrawal.status == WithdrawalStatus.OPEN)
        .execution_options(populate_existing=True)
    ).one_or_none()


def may_be(session: Session, rule_set: RuleSet, *, at: datetime) -> bool:
    """Whether these rules can be withdrawn today: published, not begun, and none made from them since."""
    newest = rulesets.newest_of(session, street_id=rule_set.street_id)
    return newest is not None and newest.id == rule_set.id and clock.local_date(at) < rule_set.effective_from


def done(session: Session, *, street_id: int, day: date) -> list[tuple[RuleSet, RuleSetWithdrawal]]:
    """The rules that were announced for a day from `day` on and do not come, with the reason; public."""
    found = session.execute(
        select(RuleSet, RuleSetWithdrawal)
        .join(RuleSetWithdrawal, RuleSetWithdrawal.rule_set_id == RuleSet.id)
        .where(
            RuleSet.street_id == street_id,
            RuleSet.effective_from >= day,
            RuleSetWithdrawal.status == WithdrawalStatus.DONE,
        )
        .order_by(RuleSet.effective_from, RuleSet.id)
    )
    return [(rule_set, withdrawal) for rule_set, withdrawal in found]


def waiting(session: Session, *, by: Actor, at: datetime) -> list[tuple[RuleSet, RuleSetWithdrawal]]:
    """What another person asks to be withdrawn and this one may decide, the soonest to begin first."""
    found = session.execute(
        select(RuleSet, RuleSetWithdrawal)
        .join(RuleSetWithdrawal, RuleSetWithdrawal.rule_set_id == RuleSet.id)
        .join(Area, Area.id == RuleSet.street_id)
        .where(
            RuleSetWithdrawal.status == WithdrawalStatus.OPEN,
            RuleSetWithdrawal.proposed_by.not_in(two_people.tied(session, by=by, at=at)),
            areas.within(by.reaches("ruleset.publish"), area_path=Area.path),
        )
        .order_by(RuleSet.effective_from, RuleSet.id)
    )
    return [(rule_set, withdrawal) for rule_set, withdrawal in found]


def _refuse_begun(session: Session, rule_set: RuleSet, at: datetime) -> None:
    if rule_set.status != RuleSetStatus.PUBLISHED or not may_be(session, rule_set, at=at):
        raise CannotWithdraw(version=rule_set.version)
