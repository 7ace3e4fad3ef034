"""What a draft of the rules would have given last quarter: computed by the real rules, written nowhere.

The records of one street's volunteers are read once, in order of person and date, and judged twice: by the rules in
force today and by the draft. Minutes are facts (§3); only a draft that counts minutes otherwise (H6–H8) changes them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.people.tables import Volunteer
from points.places import areas
from points.rewards import bounds, earning, rules, rulesets
from points.rewards.earning import Recorded
from points.rewards.parameters import Params
from points.rewards.rules import PointRules, Service
from points.service import hours
from points.service.hours import HourRules
from points.service.statuses import CONFIRMED
from points.service.tables import Activity, ServiceRecord

READ_AT_ONCE = 2000

# --- what there is


@dataclass(frozen=True)
class Compared:
    """Points of one kind of service under the rules of today and under the draft."""

    category: str
    now: int
    then: int

    @property
    def difference(self) -> int:
        """How many points more it would have been; fewer below 0."""
        return self.then - self.now


@dataclass(frozen=True)
class Preview:
    """Last quarter under the rules of today (`version`) and under a draft. No names: only how many have more or less.

    `minutes_now` and `minutes_then` differ only where the draft counts minutes otherwise. `effective_from` is the
    draft's date, `earliest` the soonest on which a draft that is published today may take effect.
    """

    version: str
    date_from: date
    date_to: date
    records: int
    people: int
    now: int
    then: int
    minutes_now: int
    minutes_then: int
    more: int
    less: int
    categories: tuple[Compared, ...]
    effective_from: date
    earliest: date

    @property
    def difference(self) -> int:
        """How many points more it would have been; fewer below 0."""
        return self.then - self.now

    @property
    def as_much(self) -> int:
        """How many people would have as much as they have."""
        return self.people - self.more - self.less


# --- what can be asked


def of_draft(session: Session, *, version: str, by: Actor, at: datetime) -> Preview:
    """What the rule set `version` would have given in the last full quarter. Raises NoSuch, NotPermitted.

    Raises NoRulesInForce for a street that has none to compare with.
    """
    found = rulesets.by_version(session, version)
    return of_params(
        session,
        street=areas.code_of(session, found.street_id),
        params=found.params,
        effective_from=found.effective_from,
        by=by,
        at=at,
    )


def of_params(
    session: Session, *, street: str, params: Params, effective_from: date, by: Actor, at: datetime
) -> Preview:
    """What these parameters would have given in the street's last full quarter, for those who chose as they do today.

    Raises BadParameter, NoRulesInForce, NoSuch, NotPermitted.
    """
    area = areas.street_by_code(session, street)
    by.require("ruleset.draft", area_path=area.path)
    bounds.refuse_bad_parameters(params)
    today = clock.local_date(at)
    first, last = last_quarter(today)
    in_force = rulesets.in_force(session, street_id=area.id, day=today)
    drafted: Params = {**in_force.params, **params}
    now, then = _Judge(in_force.params), _Judge(drafted, differs_from=in_force.params)
    for person, days in _people(session, street_id=area.id, first=first, last=last):
        now.judge(person, days)
        then.judge(person, days)
    categories = sorted(now.by_category.keys() | then.by_category.keys())
    people = now.by_person.keys()
    return Preview(
        version=in_force.version,
        date_from=first,
        date_to=last,
        records=now.records,
        people=len(people),
        now=sum(now.by_person.values()),
        then=sum(then.by_person.values()),
        minutes_now=now.minutes,
        minutes_then=then.minutes,
        more=sum(then.by_person[person] > now.by_person[person] for person in people),
        less=sum(then.by_person[person] < now.by_person[person] for person in people),
        categories=tuple(Compared(code, now.by_category[code], then.by_category[code]) for code in categories),
        effective_from=effective_from,
        earliest=today + rulesets.NOTICE,
    )


def last_quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the last quarter that is over."""
    this_quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = this_quarter - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


@dataclass(frozen=True)
class _Person:
    volunteer_id: int
    earns: bool
    consents: bool


class _Measured(NamedTuple):
    """What was measured of a record, from which its minutes are counted anew."""

    minutes_raw: int
    max_minutes_pp_day: int | None
    amended_to: int | None
    approved_pending: int | None


_Served = tuple[Service, _Measured]
_Day = tuple[date, list[_Served]]
_Question = tuple[tuple[Service, ...], bool, bool, int]


class _Judge:
    """One set of rules, and what it has given so far. A day like one that was judged before is not judged again."""

    def __init__(self, params: Params, *, differs_from: Params | None = None) -> None:
        self.points = PointRules.from_params(params)
        self.hours = HourRules.from_params(params)
        # minutes are judged anew only where the draft would have counted them otherwise
        self.counts_anew = differs_from is not None and any(
            getattr(self.hours, name) != getattr(HourRules.from_params(differs_from), name)
            for name in ("min_minutes", "day_auto_minutes", "day_hard_minutes")
        )
        self.by_person: dict[int, int] = defaultdict(int)
        self.by_category: dict[str, int] = defaultdict(int)
        self.records = self.minutes = 0
        self._known: dict[_Question, list[int]] = {}

    def judge(self, person: _Person, days: Sequence[_Day]) -> None:
        in_month, month = 0, (0, 0)
        for day, served in days:
            if (day.year, day.month) != month:
                in_month, month = 0, (day.year, day.month)
            services = self._counted(served) if self.counts_anew else [service for service, _ in served]
            points = self._points(tuple(services), person, in_month)
            in_month += sum(points)
            self.by_person[person.volunteer_id] += sum(points)
            self.records += len(services)
            for service, given in zip(services, points, strict=True):
                self.by_category[service.category] += given
                self.minutes += service.minutes_credited

    def _points(self, services: tuple[Service, ...], person: _Person, in_month: int) -> list[int]:
        earned_in_month = in_month if self.points.month_cap_points > 0 else 0
        key = (services, person.earns, person.consents, earned_in_month)
        if key not in self._known:
            answers = rules.day_points(
                services,
                rules=self.points,
                earns=person.earns,
                consents=person.consents,
                earned_in_month=earned_in_month,
            )
            self._known[key] = [answer.points for answer in answers]
        return self._known[key]

    def _counted(self, served: Iterable[_Served]) -> list[Service]:
        """The services with their minutes counted by these rules from what was measured (H6–H8)."""
        used, counted = 0, []
        for service, measured in served:
            minutes, beyond = service.minutes_credited, 0
            if measured.amended_to is None and service.hours_eligible:
                minutes, beyond = 0, 0
                if measured.minutes_raw >= self.hours.min_minutes:
                    minutes, beyond, _ = hours.within_the_day(
                        measured.minutes_raw, used=used, most=measured.max_minutes_pp_day, rules=self.hours
                    )
                    minutes += min(beyond, measured.approved_pending or 0)
            used += minutes + beyond
            counted.append(replace(service, minutes_credited=minutes))
        return counted


def _people(session: Session, *, street_id: int, first: date, last: date) -> Iterator[tuple[_Person, list[_Day]]]:
    """Each person of the street with their dates of the quarter, and what they did on each, in the order of P6."""
    choices = {
        row.id: _Person(row.id, row.points_policy == "earn", row.consents)
        for row in session.execute(earning.PEOPLE.where(Volunteer.street_id == street_id))
    }
    in_quarter = ServiceRecord.local_date.between(first, last)
    credited = {
        (int(activity_id or 0), day): count
        for activity_id, day, count in session.execute(
            select(ServiceRecord.activity_id, ServiceRecord.local_date, func.count())
            .where(
                ServiceRecord.latest,
                ServiceRecord.status.in_(CONFIRMED),
                ServiceRecord.minutes_credited > 0,
                ServiceRecord.activity_id.is_not(None),
                in_quarter,
            )
            .group_by(ServiceRecord.activity_id, ServiceRecord.local_date)
        )
    }
    found = session.execute(
        earning.FACTS.add_columns(
            ServiceRecord.minutes_raw,
            Activity.max_minutes_pp_day,
            ServiceRecord.trace["amended_to"].as_integer().label("amended_to"),
            ServiceRecord.trace["approved_pending"].as_integer().label("approved_pending"),
        )
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(Volunteer.street_id == street_id, in_quarter, ServiceRecord.status.in_(CONFIRMED)),
        execution_options={"yield_per": READ_AT_ONCE},
    )
    known = len(Recorded._fields)
    records = ((Recorded._make(row[:known]), _Measured._make(row[known:])) for row in found)
    for volunteer_id, of_person in groupby(records, key=lambda one: one[0].volunteer_id):
        dates = [
            (day, [(_known(record, credited), measured) for record, measured in of_day])
            for day, of_day in groupby(of_person, key=lambda one: one[0].local_date)
        ]
        yield choices[volunteer_id], dates


def _known(record: Recorded, credited: Mapping[tuple[int, date], int]) -> Service:
    """The record for the rules, without its name and with people only where a leader is rewarded: days repeat then."""
    led = record.leader_id == record.volunteer_id
    people = credited.get((record.activity_id, record.local_date), 0) if led else 0
    return replace(earning.service_of(record, people), ref="")
