"""The rules: what every record earned by them, and that exactly this was booked."""

from collections.abc import Iterator, Sequence

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session, aliased

from points.foundation import clock
from points.journal.tables import AuditEntry
from points.ledger.paying import REVIVED_FOR
from points.ledger.statuses import LotSource, Purpose
from points.ledger.tables import LotUse, PointAccount, PointLot, RecoveryDue, Transfer
from points.people.tables import Volunteer
from points.places.tables import Area
from points.proof import service
from points.proof.findings import Finding
from points.rewards import earning, rules
from points.rewards.rules import PointRules
from points.rewards.statuses import AdjustmentStatus
from points.rewards.tables import Adjustment, Award, RuleSet
from points.service.statuses import RecordStatus
from points.service.tables import ServiceRecord

PREFIX = "award:"
"""How the reference of a booking for an award begins."""

# --- what can be asked


def awards(session: Session) -> Iterator[Finding]:
    """Every award was booked: more by an earning, less by a reversal or as owed; nothing else was."""
    signed = case((Transfer.purpose == "earn", Transfer.points), else_=-Transfer.points)
    booked = (
        select(Transfer.reference, func.sum(signed).label("points"))
        .where(
            (Transfer.purpose == "earn") | ((Transfer.purpose == "reverse") & Transfer.reference.startswith(PREFIX)),
            ~Transfer.reference.startswith("civic:"),
        )
        .group_by(Transfer.reference)
        .subquery()
    )
    reference = literal(PREFIX) + Award.code
    code_booked = func.substr(booked.c.reference, len(PREFIX) + 1)
    posted, owed = func.coalesce(booked.c.points, 0), func.coalesce(RecoveryDue.points, 0)
    for code, delta, was_posted, is_owed in session.execute(
        select(Award.code, Award.delta, posted, owed)
        .outerjoin(booked, booked.c.reference == reference)
        .outerjoin(RecoveryDue, RecoveryDue.reference == reference)
        .where(posted - owed != Award.delta)
        .order_by(Award.id)
    ):
        yield Finding("award-transfer", f"award:{code}", f"awarded {delta}, booked {was_posted}, owed {is_owed}")
    for name, amount in session.execute(
        select(booked.c.reference, booked.c.points)
        .outerjoin(Award, booked.c.reference.startswith(PREFIX) & (Award.code == code_booked))  # code has an index
        .where(Award.id.is_(None))
        .order_by(booked.c.reference)
    ):
        yield Finding("transfer-award", f"transfer:{name}", f"{amount} points without an award")


def expiries(session: Session) -> Iterator[Finding]:
    """Every lot that the rules gave ends when its rules say, or thirty days after goods were returned (P11)."""
    made_by = {one.version: PointRules.from_params(one.params) for one in session.scalars(select(RuleSet))}
    revived = (
        select(LotUse.lot_id, func.max(Transfer.created_at).label("at"))
        .join(Transfer, Transfer.id == LotUse.transfer_id)
        .where(Transfer.purpose == Purpose.RETURN)
        .group_by(LotUse.lot_id)
        .subquery()
    )
    alike = (PointLot.rule_version, PointLot.earned_on, PointLot.expires_on, revived.c.at)
    rows = session.execute(
        select(*alike, func.min(PointLot.source_ref).label("first"), func.count().label("lots"))
        .outerjoin(revived, revived.c.lot_id == PointLot.id)
        .where(PointLot.source_type != LotSource.OPENING)
        .group_by(*alike)
        .order_by(PointLot.earned_on, func.min(PointLot.id))
    )
    for row in rows:
        if row.rule_version not in made_by:
            yield Finding(
                "lot-rules", f"lot:{row.first}", f"{row.lots} lots by rules {row.rule_version}, which are none"
            )
            continue
        should = {rules.expiry_date(row.earned_on, rules=made_by[row.rule_version])}
        if row.at is not None:
            should.add(clock.local_date(row.at) + REVIVED_FOR)
        if row.expires_on not in should:
            said = " or ".join(sorted(map(str, should)))
            yield Finding(
                "lot-expiry", f"lot:{row.first}", f"{row.lots} lots end {row.expires_on}, by the rules {said}"
            )


def openings(session: Session) -> Iterator[Finding]:
    """What was brought over is what the log says was brought over; what was adjusted, two people decided."""
    brought: dict[str, int] = {}
    for target, facts in session.execute(
        select(AuditEntry.target, AuditEntry.facts).where(AuditEntry.action == "points.bring_over")
    ):
        brought[target] = brought.get(target, 0) + int(str(facts.get("points", 0)))
    made_so = PointLot.source_type == LotSource.OPENING, Transfer.purpose.in_((Purpose.OPENING, Purpose.EARN))
    there = {
        f"area:{code}": int(total)
        for code, total in session.execute(
            select(Area.code, func.sum(PointLot.points))
            .join(PointAccount, PointAccount.id == PointLot.account_id)
            .join(Transfer, Transfer.id == PointLot.transfer_id)
            .join(Area, Area.id == PointAccount.street_id)
            .where(*made_so)
            .group_by(Area.code)
        )
    }
    for where in sorted(brought.keys() | there.keys()):
        if brought.get(where, 0) != there.get(where, 0):
            told = f"{there.get(where, 0)} points in opening lots, {brought.get(where, 0)} brought over by the log"
            yield Finding("opening", where, told)
    decided = select(literal("adjustment:") + Adjustment.code).where(Adjustment.status == AdjustmentStatus.APPROVED)
    for reference, amount in session.execute(
        select(Transfer.reference, Transfer.points)
        .where(
            Transfer.purpose == Purpose.ADJUST,
            Transfer.reference.startswith("adjustment:"),
            Transfer.reference.not_in(decided),
        )
        .order_by(Transfer.id)
    ):
        yield Finding("adjustment", f"transfer:{reference}", f"{amount} points that nobody decided")


def points(session: Session) -> Iterator[Finding]:
    """Every confirmed record's points = the rules' answer; a record that does not stand holds no points.

    A date with a disputed record keeps what it has until the dispute is decided, and is left out.
    """
    disputed = set(
        session.execute(
            select(ServiceRecord.volunteer_id, ServiceRecord.local_date).where(
                ServiceRecord.latest, ServiceRecord.status == RecordStatus.DISPUTED
            )
        ).all()
    )
    for pairs in service.dates_with_records(session):
        awarded = _awarded(session, pairs)
        for due in earning.due(session, pairs=pairs):
            held = awarded.get((due.volunteer_id, due.activity_id, due.local_date), 0)
            if held != due.points and (due.volunteer_id, due.local_date) not in disputed:
                yield Finding(
                    "record-points", f"record:{due.record}", f"awarded {held}, by rules {due.rule_version} {due.points}"
                )
    later, same = aliased(Award), ("volunteer_id", "activity_id", "local_date")
    superseded = select(later.id).where(
        *(getattr(later, name) == getattr(Award, name) for name in same), later.sequence > Award.sequence
    )
    record = select(ServiceRecord.id).where(
        *(getattr(ServiceRecord, name) == getattr(Award, name) for name in same), ServiceRecord.latest
    )
    for code, day, held in session.execute(
        select(Volunteer.code, Award.local_date, Award.points)
        .join(Volunteer, Volunteer.id == Award.volunteer_id)
        .where(Award.points != 0, ~record.exists(), ~superseded.exists())
        .order_by(Award.volunteer_id, Award.local_date)
    ):
        yield Finding("award-record", f"volunteer:{code}", f"{held} points of {day} without a record")


def _awarded(session: Session, pairs: Sequence[earning.Pair]) -> dict[earning.Occasion, int]:
    """The points of the newest award of every occasion of these people's dates."""
    newest: dict[earning.Occasion, int] = {}
    for row in session.execute(
        select(Award.volunteer_id, Award.activity_id, Award.local_date, Award.points)
        .where(
            Award.volunteer_id.in_({volunteer_id for volunteer_id, _ in pairs}),
            Award.local_date.between(pairs[0][1], pairs[-1][1]),
        )
        .order_by(Award.sequence)
    ):
        newest[row.volunteer_id, row.activity_id, row.local_date] = row.points
    return newest
