"""Earning: a person's confirmed hours of one date become points; a recomputation posts only the difference."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, exists, func, insert, select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation import codes
from points.foundation.actors import Actor
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.ledger.statuses import LotSource
from points.people.tables import Consent, Volunteer
from points.rewards import rules, rulesets
from points.rewards.caps import Step
from points.rewards.rules import Explanation, Points, Service
from points.rewards.tables import Award
from points.service.statuses import CONFIRMED, MADE_UP, RecordSource
from points.service.tables import Activity, ActivityCategory, Evaluation, ServiceRecord

# --- what there is

Pair = tuple[int, date]
"""A volunteer's id and a business date: what is computed together."""
Occasion = tuple[int, int, date]
"""A volunteer's id, an activity's id and a business date: what has one row of awards, sequence by sequence."""


@dataclass(frozen=True)
class Due:
    """What the rules give one occasion now: `record_id` is the newest version of its record."""

    volunteer_id: int
    activity_id: int
    local_date: date
    record_id: int
    record: str
    points: int
    rule_version: str
    expires_on: date | None
    explanation: Explanation


class Recorded(NamedTuple):
    """What the rules need of one record: a row of `FACTS`."""

    id: int
    code: str
    volunteer_id: int
    activity_id: int
    local_date: date
    status: str
    source: str
    minutes_credited: int
    category: str
    coef_pct: int
    hours_eligible: bool
    extra_pct: int
    points_eligible: bool
    leader_id: int
    grade: str | None


class Chooser(NamedTuple):
    """Who somebody is to the rules: a row of `PEOPLE`."""

    id: int
    street_id: int
    points_policy: str
    consents: bool


class Earlier(NamedTuple):
    """An award that was given before, and the version of the record that it was for."""

    volunteer_id: int
    activity_id: int
    local_date: date
    points: int
    explanation: Explanation
    record: str


# --- what happens


def recompute(session: Session, *, volunteer_id: int, day: date, by: Actor, at: datetime) -> int:
    """Compute one person's whole date again and post only the difference (P10); the net points posted.

    Done twice, the second posts nothing. Raises NoRulesInForce.
    """
    return recompute_many(session, pairs=[(volunteer_id, day)], by=by, at=at)[volunteer_id, day]


def recompute_many(session: Session, *, pairs: Iterable[Pair], by: Actor, at: datetime) -> dict[Pair, int]:
    """As `recompute`, for many people and dates in a fixed number of statements; the net points by pair.

    An increase becomes a lot of its own. A decrease is taken from the occasion's own lots, then from others, and what
    is missing is owed (P10). Raises NoRulesInForce.
    """
    wanted = set(pairs)
    net = dict.fromkeys(sorted(wanted), 0)
    if not wanted:
        return net
    # looked at under the lock, so that two recomputations of one person's date cannot both post
    accounts = ledger.lock_accounts(session, volunteer_ids=[volunteer_id for volunteer_id, _ in wanted], at=at)
    before = _awarded(session, wanted)
    awards, earnings, takings = [], [], []
    for due in _due(session, wanted, before):
        earlier = before.get((due.volunteer_id, due.activity_id, due.local_date), [])
        points_before = earlier[-1].points if earlier else 0
        delta = due.points - points_before
        if delta == 0 and earlier:
            continue
        net[due.volunteer_id, due.local_date] += delta
        code = codes.new()
        awards.append(
            {
                "code": code,
                "volunteer_id": due.volunteer_id,
                "activity_id": due.activity_id,
                "local_date": due.local_date,
                "sequence": len(earlier) + 1,
                "record_id": due.record_id,
                "points": due.points,
                "delta": delta,
                "rule_version": due.rule_version,
                "explanation": {**due.explanation, "before": points_before, "delta": delta},
                "created_at": at,
                "created_by": by.person,
            }
        )
        if delta > 0:
            earnings.append(
                ledger.Earning(
                    account=accounts[due.volunteer_id],
                    points=delta,
                    reference=f"award:{code}",
                    source_type=LotSource.ADJUST_PLUS if earlier else LotSource.SERVICE,
                    source_ref=due.record,
                    rule_version=due.rule_version,
                    earned_on=due.local_date,
                    expires_on=due.expires_on,
                )
            )
        elif delta < 0:
            takings.append(
                ledger.Taking(
                    account=accounts[due.volunteer_id],
                    points=-delta,
                    reference=f"award:{code}",
                    prefer_source_refs=[award.record for award in earlier],
                )
            )
    if awards:
        run(session, _ADD_AWARDS, awards)
    ledger.take_back_many(session, takings=takings, by=by, at=at)
    ledger.earn_many(session, earnings=earnings, by=by, at=at)
    return net


# --- what can be asked


def due(session: Session, *, pairs: Iterable[Pair]) -> list[Due]:
    """What the rules give these people's dates now, without posting anything: the answer that the books must match."""
    wanted = set(pairs)
    return list(_due(session, wanted, _awarded(session, wanted))) if wanted else []


def service_of(record: Recorded, people_credited: int) -> Service:
    """A row of `FACTS` as the rules want it; `people_credited` counts those with minutes at its activity that day."""
    return Service(
        ref=record.code,
        category=record.category,
        coef_default=record.coef_pct,
        minutes_credited=record.minutes_credited,
        extra_pct=record.extra_pct,
        made_up=record.source in MADE_UP,
        hours_eligible=record.hours_eligible,
        points_eligible=record.points_eligible,
        is_leader=record.leader_id == record.volunteer_id,
        people_credited=people_credited,
        grade=record.grade,
    )


_ADD_AWARDS = insert(table_of(Award))
_VOLUNTEERS: BindParameter[Sequence[int]] = bindparam("volunteers", expanding=True)
_DAYS: BindParameter[Sequence[date]] = bindparam("days", expanding=True)
PEOPLE = select(
    Volunteer.id,
    Volunteer.street_id,
    Volunteer.points_policy,
    exists()
    .where(Consent.subject_id == Volunteer.id, Consent.purpose == "points", Consent.withdrawn_at.is_(None))
    .label("consents"),
)
"""Who they are to the rules: of which street, and whether they earn and consent today."""
_PEOPLE = PEOPLE.where(Volunteer.id.in_(_VOLUNTEERS))
FACTS = (
    select(
        ServiceRecord.id,
        ServiceRecord.code,
        ServiceRecord.volunteer_id,
        ServiceRecord.activity_id,
        ServiceRecord.local_date,
        ServiceRecord.status,
        ServiceRecord.source,
        ServiceRecord.minutes_credited,
        ActivityCategory.code.label("category"),
        ActivityCategory.coef_pct,
        ActivityCategory.hours_eligible,
        Activity.extra_pct,
        Activity.points_eligible,
        Activity.leader_id,
        Evaluation.grade,
    )
    .join(Activity, Activity.id == ServiceRecord.activity_id)
    .join(ActivityCategory, ActivityCategory.id == ServiceRecord.category_id)
    .outerjoin(
        Evaluation,
        and_(
            Evaluation.volunteer_id == ServiceRecord.volunteer_id,
            Evaluation.activity_id == ServiceRecord.activity_id,
            Evaluation.local_date == ServiceRecord.local_date,
        ),
    )
    .where(ServiceRecord.latest, ServiceRecord.source != RecordSource.TRANSFER)
    .order_by(
        ServiceRecord.volunteer_id, ServiceRecord.local_date, ServiceRecord.first_in_at, ServiceRecord.activity_id
    )
)
"""What the rules need of the latest records, in the order of P6: person by person, date by date, by first arrival."""
_RECORDS = FACTS.where(ServiceRecord.volunteer_id.in_(_VOLUNTEERS), ServiceRecord.local_date.in_(_DAYS))
_AWARDED = (
    select(
        Award.volunteer_id,
        Award.activity_id,
        Award.local_date,
        Award.points,
        Award.explanation,
        ServiceRecord.code.label("record"),
    )
    .join(ServiceRecord, ServiceRecord.id == Award.record_id)
    .where(Award.volunteer_id.in_(_VOLUNTEERS), Award.local_date.in_(_DAYS))
    .order_by(Award.sequence)
)
_PEOPLE_CREDITED = (
    select(ServiceRecord.activity_id, ServiceRecord.local_date, func.count())
    .where(
        ServiceRecord.latest,
        ServiceRecord.status.in_(CONFIRMED),
        ServiceRecord.minutes_credited > 0,
        ServiceRecord.activity_id.in_(bindparam("activities", expanding=True)),
    )
    .group_by(ServiceRecord.activity_id, ServiceRecord.local_date)
)
_IN_MONTH = select(func.coalesce(func.sum(Award.delta), 0)).where(
    Award.volunteer_id == bindparam("volunteer"),
    Award.local_date.between(bindparam("first_day"), bindparam("last_day")),
    Award.local_date != bindparam("day"),
)


def _asked(pairs: Iterable[Pair]) -> dict[str, Sequence[object]]:
    pairs = list(pairs)
    return {
        "volunteers": sorted({volunteer_id for volunteer_id, _ in pairs}),
        "days": sorted({day for _, day in pairs}),
    }


def _awarded(session: Session, wanted: set[Pair]) -> dict[Occasion, list[Earlier]]:
    """The awards of these people's dates by occasion, the newest last."""
    awarded: dict[Occasion, list[Earlier]] = defaultdict(list)
    for award in map(Earlier._make, session.execute(_AWARDED, _asked(wanted))):
        if (award.volunteer_id, award.local_date) in wanted:
            awarded[award.volunteer_id, award.activity_id, award.local_date].append(award)
    return awarded


def _due(session: Session, wanted: set[Pair], before: Mapping[Occasion, Sequence[Earlier]]) -> Iterable[Due]:
    records: dict[Pair, list[Recorded]] = defaultdict(list)
    for record in map(Recorded._make, session.execute(_RECORDS, _asked(wanted))):
        if (record.volunteer_id, record.local_date) in wanted:
            records[record.volunteer_id, record.local_date].append(record)
    choosing = session.execute(_PEOPLE, {"volunteers": _asked(wanted)["volunteers"]})
    people = {one.id: one for one in map(Chooser._make, choosing)}
    led = {
        record.activity_id for found in records.values() for record in found if record.leader_id == record.volunteer_id
    }
    credited = _people_credited(session, led)
    in_force = rulesets.InForce(session, street_ids=[person.street_id for person in people.values()])
    for pair, found in sorted(records.items()):
        person = people[pair[0]]
        yield from _due_on(session, pair, found, person, credited, in_force, before)


def _due_on(
    session: Session,
    pair: Pair,
    found: Sequence[Recorded],
    person: Chooser,
    credited: Mapping[tuple[int, date], int],
    in_force: rulesets.InForce,
    before: Mapping[Occasion, Sequence[Earlier]],
) -> Iterable[Due]:
    volunteer_id, day = pair
    version, point_rules = in_force.points_on(person.street_id, day)
    earns, consents = person.points_policy == "earn", person.consents
    earlier = [award for record in found for award in before.get((volunteer_id, record.activity_id, day), ())]
    if earlier:
        # what the person had chosen when the date was first computed holds for it; a later choice does not reach back
        reasons = {step.get("because") for award in earlier for step in award.explanation["steps"]}
        earns, consents = rules.HOURS_ONLY not in reasons, rules.NO_CONSENT not in reasons
    answers = rules.day_points(
        [
            service_of(record, credited.get((record.activity_id, day), 0))
            for record in found
            if record.status in CONFIRMED
        ],
        rules=point_rules,
        earns=earns,
        consents=consents,
        earned_in_month=_earned_in_month(session, volunteer_id, day) if point_rules.month_cap_points > 0 else 0,
    )
    points_of = {answer.ref: answer for answer in answers}
    expires_on = rules.expiry_date(day, rules=point_rules)
    for record in found:
        answer = points_of.get(record.code)
        if answer is None:
            if not before.get((volunteer_id, record.activity_id, day)):
                continue  # not confirmed and never was: nothing to say yet
            answer = _nothing(record)
        yield Due(
            volunteer_id=volunteer_id,
            activity_id=record.activity_id,
            local_date=day,
            record_id=record.id,
            record=record.code,
            points=answer.points,
            rule_version=version,
            expires_on=expires_on,
            explanation={**answer.explanation, "record": record.code, "rule_version": version},
        )


def _nothing(record: Recorded) -> Points:
    step: Step = {"rule": "P10", "because": "not_confirmed", "status": record.status, "points": 0}
    return Points(record.code, 0, {"points": 0, "steps": [step]})


def _people_credited(session: Session, activity_ids: set[int]) -> dict[tuple[int, date], int]:
    if not activity_ids:
        return {}
    rows = session.execute(_PEOPLE_CREDITED, {"activities": sorted(activity_ids)})
    return {(activity_id, day): count for activity_id, day, count in rows if activity_id}


def _earned_in_month(session: Session, volunteer_id: int, day: date) -> int:
    first_day = day.replace(day=1)
    last_day = (first_day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    month = {"volunteer": volunteer_id, "first_day": first_day, "last_day": last_day, "day": day}
    return int(session.execute(_IN_MONTH, month).scalar_one())
