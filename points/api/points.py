"""Points: accounts and what moved them, rule sets, adjustments, and the evidence of a point."""

import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from points import evidence, http, ledger
from points.api import paging
from points.api.names import codes_of, supervises_only
from points.api.room import Room
from points.database import db, transaction
from points.evidence import Chain
from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import minors, persons
from points.people.tables import Volunteer
from points.places.tables import Area
from points.rewards import adjustments, civic, rulesets, withdrawal
from points.rewards.tables import Adjustment, RuleSet
from points.shapes.fields import Given, plain
from points.shapes.paging import Named, Numbered, page_of
from points.shapes.points import (
    AccountShape,
    AdjustmentShape,
    AdjustmentsQuery,
    CivicShape,
    EvidenceShape,
    GivenShape,
    LotsShape,
    NewAdjustmentShape,
    NewRuleSetShape,
    RuleSetShape,
    RuleSetWithdrawalShape,
    TransferShape,
    VerdictShape,
    WithdrawShape,
)

room = Room("points", __name__, description="Accounts, rule sets, adjustments, evidence.")


@room.read("/volunteers/<code:code>/account", answer=AccountShape)
def show_account(code: str) -> object:
    """What the volunteer has today."""
    session = db.session()
    person = _seen(session, code)
    balance = ledger.balance(session, person.id, day=clock.local_date(clock.now()))
    return {"volunteer": person.code, **vars(balance)}


@room.read("/volunteers/<code:code>/lots", answer=LotsShape)
def list_lots(code: str) -> object:
    """The lots with points left, soonest expiring first."""
    session = db.session()
    return {"items": ledger.lots(session, _seen(session, code).id)}


@room.read("/volunteers/<code:code>/transfers", query=Numbered, answer=page_of(TransferShape))
def list_transfers(given: Given, code: str) -> object:
    """Everything that moved the volunteer's points, newest first."""
    session = db.session()
    found = ledger.statement(
        session, volunteer_id=_seen(session, code).id, cursor=given.get("cursor"), limit=given["limit"]
    )
    lines = [{**vars(line), "id": f"{line.purpose}.{line.reference}"} for line in found.items]
    return paging.page(lines, found.next_cursor)


@room.read("/volunteers/<code:code>/transfers/<booking:booking>/evidence", answer=EvidenceShape)
def show_transfer_evidence(code: str, booking: str) -> object:
    """Everything behind one line of the statement."""
    session, by = db.session(), http.current_actor()
    purpose, _, reference = booking.partition(".")
    id_ = ledger.booking_id(session, volunteer_id=_seen(session, code).id, purpose=purpose, reference=reference)
    return {"evidence": _said(evidence.of_booking(session, id_, by=by), by)}


@room.read("/records/<code:code>/evidence", answer=EvidenceShape)
def show_record_evidence(code: str) -> object:
    """Everything behind one service record."""
    by = http.current_actor()
    return {"evidence": _said(evidence.of_record(db.session(), code, by=by), by)}


@room.read("/redemptions/<code:code>/evidence", answer=EvidenceShape)
def show_redemption_evidence(code: str) -> object:
    """Everything behind one redemption."""
    by = http.current_actor()
    return {"evidence": _said(evidence.of_redemption(db.session(), code, by=by), by)}


@room.read("/rulesets", query=Named, answer=page_of(RuleSetShape))
def list_rulesets(given: Given) -> object:
    """The rule sets in your reach, by version."""
    session = db.session()
    visible = rulesets.listing(session, by=http.current_actor())
    found, more = paging.cut(visible, given, key=lambda rules: rules.version)
    return paging.page(_rules(session, found), more)


@room.read("/rulesets/<code:version>", answer=RuleSetShape)
def show_ruleset(version: str) -> object:
    """One rule set."""
    session = db.session()
    for rules in rulesets.listing(session, by=http.current_actor()):
        if rules.version == version:
            return _rules(session, [rules])[0]
    raise NoSuch(kind=N_("rule set"), key=version)


@room.act("/rulesets", body=NewRuleSetShape, answer=RuleSetShape, status=201)
def draft_ruleset(given: Given) -> object:
    """Draft the next version of a street's rules, from the newest that are published."""
    with transaction() as session:
        rules = rulesets.draft(session, **given, by=http.current_actor(), at=clock.now())
        return _rules(session, [rules])[0]


@room.act("/rulesets/<code:version>/publish", answer=RuleSetShape)
def publish_ruleset(given: Given, version: str) -> object:
    """Put a draft in force from its date on; from now it is frozen."""
    with transaction() as session:
        rules = rulesets.publish(session, version=version, by=http.current_actor(), at=clock.now())
        return _rules(session, [rules])[0]


@room.act("/rulesets/<code:version>/drop", answer=RuleSetShape)
def drop_ruleset(given: Given, version: str) -> object:
    """Retire a draft that will not be published."""
    with transaction() as session:
        rulesets.drop(session, version=version, by=http.current_actor(), at=clock.now())
        return _rules(session, [rulesets.by_version(session, version)])[0]


@room.act("/rulesets/<code:version>/withdrawal", body=WithdrawShape, answer=RuleSetWithdrawalShape, status=201)
def ask_ruleset_withdrawal(given: Given, version: str) -> object:
    """Ask that a published rule set that has not begun does not come; another person decides."""
    with transaction() as session:
        asked = withdrawal.propose(session, version=version, **given, by=http.current_actor(), at=clock.now())
        same = [name for name in RuleSetWithdrawalShape.names() if name != "version"]
        return {name: getattr(asked, name) for name in same} | {"version": version}


@room.act("/rulesets/<code:version>/withdrawal/decide", body=VerdictShape, answer=RuleSetShape)
def decide_ruleset_withdrawal(given: Given, version: str) -> object:
    """Withdraw the rule set, or leave it as it is announced."""
    with transaction() as session:
        rules = withdrawal.decide(session, version=version, **given, by=http.current_actor(), at=clock.now())
        return _rules(session, [rules])[0]


@room.read("/adjustments", query=AdjustmentsQuery, answer=page_of(AdjustmentShape))
def list_adjustments(given: Given) -> object:
    """The adjustments of people in your reach, newest first."""
    found = adjustments.listing(
        db.session(),
        by=http.current_actor(),
        status=given.get("status"),
        after=given.get("cursor"),
        limit=given["limit"] + 1,
    )
    kept = found[: given["limit"]]
    rows = [_adjustment(adjustment, volunteer) for adjustment, volunteer in kept]
    return paging.page(rows, kept[-1][0].code if len(found) > len(kept) else None)


@room.act("/adjustments", body=NewAdjustmentShape, answer=AdjustmentShape, status=201, once=True)
def propose_adjustment(given: Given) -> object:
    """Propose a plus or minus; nothing moves before a second person approves."""
    with transaction() as session:
        found = adjustments.propose(session, **given, by=http.current_actor(), at=clock.now())
        return _adjustment(found, given["volunteer"])


@room.act("/adjustments/<code:code>/decide", body=VerdictShape, answer=AdjustmentShape, once=True)
def decide_adjustment(given: Given, code: str) -> object:
    """Approve or decline an adjustment; approved, its points are posted."""
    with transaction() as session:
        found = adjustments.decide(session, adjustment=code, **given, by=http.current_actor(), at=clock.now())
        return _adjustment(found, found.beneficiary)


@room.act("/civic-points", body=CivicShape, answer=GivenShape, status=201, once=True)
def give_civic_points(given: Given) -> object:
    """Give the points of one item of the published civic list, where that is switched on."""
    with transaction() as session:
        return {"points": civic.give(session, **given, by=http.current_actor(), at=clock.now())}


def _said(chain: Chain, by: Actor) -> object:
    """The chain as JSON says it; who only supervises reads masked codes of people."""
    found = plain(asdict(chain))
    return json.loads(masking.mask_codes(json.dumps(found))) if supervises_only(by) else found


def _seen(session: Session, code: str) -> Volunteer:
    """The volunteer, if the asking person may know them and see their points. Raises NoSuch, ReasonNeeded."""
    by = http.current_actor()
    person = persons.seen(session, code, by=by)
    if person.id != by.volunteer_id and by.role_for("points.see", area_path=person.area_path) is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    minors.require_open(session, person, by=by, at=clock.now())
    return person


def _rules(session: Session, found: list[RuleSet]) -> list[dict[str, object]]:
    streets = codes_of(session, Area, (rules.street_id for rules in found))
    same = [name for name in RuleSetShape.names() if name != "street"]
    return [{name: getattr(rules, name) for name in same} | {"street": streets[rules.street_id]} for rules in found]


def _adjustment(adjustment: Adjustment, volunteer: str) -> dict[str, object]:
    same = [name for name in AdjustmentShape.names() if name != "volunteer"]
    return {name: getattr(adjustment, name) for name in same} | {"volunteer": volunteer}
