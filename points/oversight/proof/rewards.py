"""The rules: what every record earned by them, and that exactly this was booked."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.ledger.books import RecoveryDue, Transfer
from points.oversight.proof import service
from points.oversight.proof.findings import Finding
from points.people.volunteers import Volunteer
from points.rewards import earning
from points.rewards.earning import Award
from points.service.records import ServiceRecord

PREFIX = "award:"
"""How the reference of a booking for an award begins."""

# --- what can be asked


def awards(session: Session) -> Iterator[Finding]:
    """Every award was booked: more by an earning, less by a reversal or as owed; nothing else was."""
    booked: dict[str, int] = {}
    for purpose, reference, amount in session.execute(
        select(Transfer.purpose, Transfer.reference, Transfer.points).where(
            (Transfer.purpose == "earn") | ((Transfer.purpose == "reverse") & Transfer.reference.startswith(PREFIX)),
            ~Transfer.reference.startswith("civic:"),
        )
    ):
        booked[reference] = booked.get(reference, 0) + (amount if purpose == "earn" else -amount)
    owed = dict(
        session.execute(
            select(RecoveryDue.reference, RecoveryDue.points).where(RecoveryDue.reference.startswith(PREFIX))
        ).all()
    )
    for code, delta in session.execute(select(Award.code, Award.delta).order_by(Award.id)):
        posted, due = booked.pop(PREFIX + code, 0), owed.get(PREFIX + code, 0)
        if posted - due != delta:
            yield Finding("award-transfer", f"award:{code}", f"awarded {delta}, booked {posted}, owed {due}")
    for reference, amount in sorted(booked.items()):
        yield Finding("transfer-award", f"transfer:{reference}", f"{amount} points without an award")


def points(session: Session) -> Iterator[Finding]:
    """Every confirmed record's points = the rules' answer; a record that does not stand holds no points.

    A date with a disputed record keeps what it has until the dispute is decided, and is left out.
    """
    awarded = _awarded(session)
    disputed = set(
        session.execute(
            select(ServiceRecord.volunteer_id, ServiceRecord.local_date).where(
                ServiceRecord.latest, ServiceRecord.status == "disputed"
            )
        ).all()
    )
    for pairs in service.dates_with_records(session):
        for due in earning.due(session, pairs=pairs):
            held = awarded.pop((due.volunteer_id, due.activity_id, due.local_date), 0)
            if held != due.points and (due.volunteer_id, due.local_date) not in disputed:
                yield Finding(
                    "record-points", f"record:{due.record}", f"awarded {held}, by rules {due.rule_version} {due.points}"
                )
    codes = dict(session.execute(select(Volunteer.id, Volunteer.code)).all()) if any(awarded.values()) else {}
    for (volunteer_id, _, day), held in sorted(awarded.items()):
        if held:
            yield Finding(
                "award-record", f"volunteer:{codes[volunteer_id]}", f"{held} points of {day} without a record"
            )


def _awarded(session: Session) -> dict[earning.Occasion, int]:
    """The points of the newest award of every occasion."""
    newest: dict[earning.Occasion, int] = {}
    for row in session.execute(
        select(Award.volunteer_id, Award.activity_id, Award.local_date, Award.points).order_by(Award.sequence)
    ):
        newest[row.volunteer_id, row.activity_id, row.local_date] = row.points
    return newest
