"""The rules: what every record earned by them, and that exactly this was booked."""

from collections.abc import Iterator, Sequence

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session, aliased

from points.ledger.tables import RecoveryDue, Transfer
from points.people.tables import Volunteer
from points.proof import service
from points.proof.findings import Finding
from points.rewards import earning
from points.rewards.tables import Award
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
