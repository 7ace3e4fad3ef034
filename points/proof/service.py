"""The service: every record's minutes are what the rules make of the stays behind it."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from points.proof.findings import Finding
from points.rewards import rulesets
from points.service import records
from points.service.hours import HourRules
from points.service.tables import Activity, ServiceRecord

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
    """Everybody's dates with records of activities, whole dates together, in chunks: never all of them in memory."""
    records_of = (ServiceRecord.latest, ServiceRecord.activity_id.is_not(None))
    dates = session.execute(
        select(ServiceRecord.local_date, func.count())
        .where(*records_of)
        .group_by(ServiceRecord.local_date)
        .order_by(ServiceRecord.local_date)
    ).all()
    for first, last in _ranges(dates):
        found = session.execute(
            select(ServiceRecord.volunteer_id, ServiceRecord.local_date)
            .where(*records_of, ServiceRecord.local_date.between(first, last))
            .distinct()
            .order_by(ServiceRecord.local_date, ServiceRecord.volunteer_id)
        )
        yield [(volunteer_id, day) for volunteer_id, day in found]


def _ranges(dates: Sequence[Row[date, int]]) -> Iterator[tuple[date, date]]:
    """The dates in a row that have a chunk's worth of records together."""
    first: date | None = None
    waiting = 0
    for day, count in dates:
        first, waiting = first or day, waiting + count
        if waiting >= CHUNK:
            yield first, day
            first, waiting = None, 0
    if first is not None:
        yield first, dates[-1][0]


def _by_rules(session: Session) -> Iterator[tuple[HourRules, list[Pair]]]:
    """The chunks, split by the hour rules in force at the place and date of the service."""
    in_force = rulesets.InForce(session, street_ids=session.scalars(select(Activity.street_id).distinct()).all())
    for chunk in dates_with_records(session):
        streets = {
            (volunteer_id, day): street_id
            for volunteer_id, day, street_id in session.execute(
                select(ServiceRecord.volunteer_id, ServiceRecord.local_date, func.min(Activity.street_id))
                .join(Activity, Activity.id == ServiceRecord.activity_id)
                .where(ServiceRecord.latest, ServiceRecord.local_date.between(chunk[0][1], chunk[-1][1]))
                .group_by(ServiceRecord.volunteer_id, ServiceRecord.local_date)
            )
        }
        split: dict[HourRules, list[Pair]] = {}
        for pair in chunk:
            split.setdefault(in_force.hours_on(streets[pair], pair[1]), []).append(pair)
        yield from split.items()
