"""From stays to the rows of records: what is new or has changed by the hour rules. Reads nothing, writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from points.service import hours
from points.service.hours import DayResult, HourRules, Occasion, Presence
from points.service.records.facts import CountedStay, Facts, Pair, Place
from points.service.records.versions import Values, next_version
from points.service.statuses import (
    STANDING,
    ActivityOrigin,
    Assurance,
    Method,
    NationalSync,
    RecordFlag,
    RecordSource,
    RecordStatus,
    StayStatus,
)
from points.service.tables import ServiceRecord, Trace, breaks_of

_ORGANISATIONS = {"community": "居民委员会", "street": "街道办事处"}
_KEPT_IN_TRACE = ("approved_pending", "amended_to", "amended_why")

# --- what there is


@dataclass(frozen=True)
class Change:
    """A record that is new, or the next version of `record`, with all of its columns as `values`."""

    activity_id: int
    record: ServiceRecord | None
    minutes_credited: int
    status: RecordStatus
    source: RecordSource
    values: Values

    def confirmed(self, *, by: str, at: datetime) -> Values:
        """The columns of the record as one that `by` has confirmed."""
        return {**self.values, "status": RecordStatus.CONFIRMED, "confirmed_by": by, "confirmed_at": at}


# --- what can be asked


def changes(facts: Facts, pairs: Iterable[Pair], *, rules: HourRules, only_new_of: int | None = None) -> list[Change]:
    """What is new or has changed on these dates. New records only of the activity `only_new_of`, if it is named."""
    found: list[Change] = []
    for pair in pairs:
        existing = facts.records.get(pair, {})
        gone = {activity_id for activity_id, record in existing.items() if record.status not in STANDING}
        stays = [stay for stay in facts.stays.get(pair[0], ()) if stay.activity_id not in gone]
        results = hours.day([_stay(facts, stay, existing) for stay in stays], rules=rules, on=pair[1])
        for result in results:
            record = existing.get(result.activity_id)
            if record is None and only_new_of not in (None, result.activity_id):
                continue
            own = [stay for stay in stays if stay.activity_id == result.activity_id]
            change = _change(facts, pair, result, own, record)
            if change is not None:
                found.append(change)
        given = {result.activity_id for result in results}
        found += [
            _emptied(activity_id, record)
            for activity_id, record in existing.items()
            if activity_id not in given | gone and record.minutes_raw and "amended_to" not in record.trace
        ]
    return found


def _stay(facts: Facts, stay: CountedStay, existing: Mapping[int, ServiceRecord]) -> Presence:
    activity = facts.activities[stay.activity_id]
    record = existing.get(stay.activity_id)
    trace: Trace = record.trace if record else {}
    occasion = Occasion(
        activity_id=stay.activity_id,
        start_at=activity.start_at,
        end_at=activity.end_at,
        breaks=breaks_of(activity.breaks),
        max_minutes=activity.max_minutes_pp_day,
        eligible=activity.hours_eligible,
        approved_pending=trace.get("approved_pending", 0),
        fixed=trace.get("amended_to"),
    )
    return Presence(occasion, stay.in_at, stay.out_at, stay.status == StayStatus.AUTO_CLOSED)


def _change(
    facts: Facts, pair: Pair, result: DayResult, stays: Sequence[CountedStay], record: ServiceRecord | None
) -> Change | None:
    """The record's first or next version; None when nothing has changed."""
    activity = facts.activities[result.activity_id]
    assurance, source = _evidence(activity, stays)
    trace: dict[str, object] = {
        "windows": [[start.isoformat(), end.isoformat()] for start, end in result.windows],
        "dropped": result.dropped,
    }
    if record is not None:
        if "amended_to" in record.trace:
            assurance, source = record.assurance, record.source
        trace |= {key: value for key, value in record.trace.items() if key in _KEPT_IN_TRACE}
    computed: Values = {
        "minutes_raw": result.minutes_raw,
        "minutes_credited": result.minutes_credited,
        "minutes_pending": result.minutes_pending,
        "assurance": assurance,
        "source": source,
    }
    if record is not None and all(getattr(record, name) == value for name, value in computed.items()):
        return None
    changed: Values = {
        **computed,
        "first_in_at": result.first_in_at,
        "flags": list(result.flags),
        "trace": trace,
    }
    values = _first_version(facts, pair, activity) | changed if record is None else next_version(record, **changed)
    status = RecordStatus.COMPUTED if record is None else record.status
    return Change(activity.id, record, result.minutes_credited, status, source, values)


def _first_version(facts: Facts, pair: Pair, activity: Place) -> Values:
    """Whose record it is, and what it copies of the person and the activity for good."""
    volunteer_id, day = pair
    person = facts.people[volunteer_id]
    signup = facts.signups.get((activity.id, volunteer_id))
    return {
        "volunteer_id": volunteer_id,
        "activity_id": activity.id,
        "local_date": day,
        "version": 1,
        "supersedes_id": None,
        "status": RecordStatus.COMPUTED,
        "category_id": activity.category_id,
        "team_id": signup.as_team_id if signup is not None and signup.as_team_id else activity.team_id,
        "community_id": activity.area_id,
        "area_path": activity.area_path,
        "home_community_id": person.community_id,
        "neighbour_group_id": person.neighbour_group_id,
        "unit_id": signup.unit_id if signup is not None else None,
        "station_id": activity.station_id,
        "recording_org": recording_org(activity.area_name, activity.area_type),
        "activity_leader_name": activity.leader_name,
        "confirmed_by": None,
        "confirmed_at": None,
        "void_reason": "",
        "voided_by": None,
        "national_sync": NationalSync.NONE,
        "disputed_at": None,
        "disputed_why": "",
    }


def recording_org(name: str, kind: str) -> str:
    """Who records, as the certificate will say: 北正社区 → 北正社区居民委员会, 永定街道 → 永定街道办事处."""
    suffix = _ORGANISATIONS.get(kind, "")
    return name + suffix.removeprefix("街道" if name.endswith("街道") else "")


def _emptied(activity_id: int, record: ServiceRecord) -> Change:
    """The next version of a record whose stays no longer stand."""
    trace: Trace = {"windows": []}
    values = next_version(
        record, minutes_raw=0, minutes_credited=0, minutes_pending=0, flags=[RecordFlag.NO_STAY], trace=trace
    )
    return Change(activity_id, record, 0, record.status, record.source, values)


def _evidence(activity: Place, stays: Sequence[CountedStay]) -> tuple[Assurance, RecordSource]:
    """Assurance and source of a record by how its stays were noted (§3.5)."""
    if activity.origin == ActivityOrigin.BACKFILL:
        return Assurance.C, RecordSource.BACKFILL
    seen_leaving = [stay for stay in stays if stay.status != StayStatus.AUTO_CLOSED]
    methods = {method for stay in seen_leaving for method in (stay.in_method, stay.out_method)}
    if Method.MAKEUP in methods or any(stay.status == StayStatus.CORRECTED for stay in seen_leaving):
        return Assurance.C, RecordSource.MAKEUP
    if not seen_leaving or Method.ROSTER in methods:
        return Assurance.C, RecordSource.ATTENDANCE
    return (Assurance.B if methods & {Method.SCAN_STATIC, Method.CODE6} else Assurance.A), RecordSource.ATTENDANCE
