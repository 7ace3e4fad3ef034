"""The rules: what every record earned by them, and that exactly this was booked."""

from collections.abc import Iterator

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from points.ledger.books import RecoveryDue, Transfer
from points.oversight.proof import service
from points.oversight.proof.findings import Finding
from points.people.volunteers import Volunteer
from points.rewards import earning
from points.rewards.earning import Award

# --- what can be asked


def awards(session: Session) -> Iterator[Finding]:
    """Every award was booked: more by an earning, less by a reversal or as owed; nothing else was."""
    reference = literal("award:") + Award.code
    booked = (
        select(Transfer.reference, Transfer.purpose, func.sum(Transfer.points).label("points"))
        .where(Transfer.purpose.in_(("earn", "reverse")), Transfer.reference.startswith("award:"))
        .group_by(Transfer.reference, Transfer.purpose)
        .subquery()
    )
    owed = select(RecoveryDue.reference, RecoveryDue.points).subquery()
    for row in session.execute(
        select(
            Award.code,
            Award.delta,
            booked.c.purpose,
            func.coalesce(booked.c.points, 0).label("points"),
            func.coalesce(owed.c.points, 0).label("owed"),
        )
        .outerjoin(booked, booked.c.reference == reference)
        .outerjoin(owed, owed.c.reference == reference)
        .where(
            Award.delta
            != func.coalesce(booked.c.points, 0) * case((booked.c.purpose == "reverse", -1), else_=1)
            - func.coalesce(owed.c.points, 0)
        )
        .order_by(Award.id)
    ):
        yield Finding(
            "award-transfer",
            f"award:{row.code}",
            f"awarded {row.delta}, booked {row.purpose or 'nothing'} {row.points}, owed {row.owed}",
        )
    for transfer in session.execute(
        select(Transfer.purpose, Transfer.reference, Transfer.points)
        .outerjoin(Award, literal("award:") + Award.code == Transfer.reference)
        .where(
            (Transfer.purpose == "earn") | (Transfer.reference.startswith("award:")),
            Award.id.is_(None),
            ~Transfer.reference.startswith("civic:"),
        )
        .order_by(Transfer.id)
    ):
        yield Finding(
            "transfer-award",
            f"transfer:{transfer.purpose}:{transfer.reference}",
            f"{transfer.points} points without an award",
        )


def points(session: Session) -> Iterator[Finding]:
    """Every confirmed record's points = the rules' answer; a record that does not stand holds no points."""
    awarded = _awarded(session)
    for pairs in service.dates_with_records(session):
        for due in earning.due(session, pairs=pairs):
            held = awarded.pop((due.volunteer_id, due.activity_id, due.local_date), 0)
            if held != due.points:
                yield Finding(
                    "record-points", f"record:{due.record}", f"awarded {held}, by rules {due.rule_version} {due.points}"
                )
    codes = dict(session.execute(select(Volunteer.id, Volunteer.code)).all()) if any(awarded.values()) else {}
    for (volunteer_id, _, day), held in sorted(awarded.items()):
        if held:
            yield Finding(
                "award-record", f"volunteer:{codes[volunteer_id]}", f"{held} points of {day} without a record"
            )


# --- private


def _awarded(session: Session) -> dict[earning.Occasion, int]:
    """The points of the newest award of every occasion."""
    newest: dict[earning.Occasion, int] = {}
    for row in session.execute(
        select(Award.volunteer_id, Award.activity_id, Award.local_date, Award.points).order_by(Award.sequence)
    ):
        newest[row.volunteer_id, row.activity_id, row.local_date] = row.points
    return newest
