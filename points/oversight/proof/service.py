"""The service: every record's minutes are what the rules make of the stays behind it."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.oversight.proof.findings import Finding
from points.rewards import rulesets
from points.service import records
from points.service.activities import Activity
from points.service.hours import HourRules
from points.service.records import ServiceRecord

CHUNK = 500
"""So many people's dates are computed at once: memory stays small, statements few."""

Pair = tuple[int, date]
"""A volunteer's id and a business date: what is computed together."""

# --- what can be asked


def minutes(session: Session) -> Iterator[Finding]:
    """Every record's minutes, grade and source = what the hour rules make of its stays, amended ones as amended."""
    for rules, pairs in _by_rules(session):
        for code, there, by_rules in records.outdated(session, pairs=pairs, rules=rules):
            yield Finding("record-minutes", f"record:{code}", f"{there} minutes credited, {by_rules} by its stays")


def versions(session: Session) -> Iterator[Finding]:
    """Every record has exactly one newest version, the highest."""
    for row in session.execute(
        select(
            func.min(ServiceRecord.code).label("code"),
            func.count().filter(ServiceRecord.latest).label("newest"),
            func.max(ServiceRecord.version).label("highest"),
            func.max(ServiceRecord.version).filter(ServiceRecord.latest).label("marked"),
        )
        .where(ServiceRecord.activity_id.is_not(None))
        .group_by(ServiceRecord.volunteer_id, ServiceRecord.activity_id, ServiceRecord.local_date)
        .having(
            (func.count().filter(ServiceRecord.latest) != 1)
            | (func.max(ServiceRecord.version) != func.max(ServiceRecord.version).filter(ServiceRecord.latest))
        )
    ):
        yield Finding(
            "record-versions",
            f"record:{row.code}",
            f"{row.newest} newest versions, highest {row.highest}, marked {row.marked}",
        )


def dates_with_records(session: Session) -> Iterator[list[Pair]]:
    """Everybody's dates with records of activities, whole dates together, in chunks."""
    chunk: list[Pair] = []
    before: date | None = None
    for day, volunteer_id in session.execute(
        select(ServiceRecord.local_date, ServiceRecord.volunteer_id)
        .where(ServiceRecord.latest, ServiceRecord.activity_id.is_not(None))
        .distinct()
        .order_by(ServiceRecord.local_date, ServiceRecord.volunteer_id)
    ):
        if day != before and len(chunk) >= CHUNK:
            yield chunk
            chunk = []
        chunk.append((volunteer_id, day))
        before = day
    if chunk:
        yield chunk


def _by_rules(session: Session) -> Iterator[tuple[HourRules, list[Pair]]]:
    """The chunks, split by the hour rules in force at the place and date of the service."""
    streets = {
        (volunteer_id, day): street_id
        for volunteer_id, day, street_id in session.execute(
            select(ServiceRecord.volunteer_id, ServiceRecord.local_date, func.min(Activity.street_id))
            .join(Activity, Activity.id == ServiceRecord.activity_id)
            .where(ServiceRecord.latest)
            .group_by(ServiceRecord.volunteer_id, ServiceRecord.local_date)
        )
    }
    in_force = rulesets.InForce(session, street_ids=set(streets.values()))
    for chunk in dates_with_records(session):
        split: dict[HourRules, list[Pair]] = {}
        for pair in chunk:
            split.setdefault(in_force.hours_on(streets[pair], pair[1]), []).append(pair)
        yield from split.items()
