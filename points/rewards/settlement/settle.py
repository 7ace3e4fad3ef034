"""An activity is settled: its records are confirmed and their points given (domain §3.3, §3.6)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.rewards.settlement.follow_up import earn, hours_of, pair
from points.service import activities, stays
from points.service.activities.settling import Outcome, mark_settled
from points.service.records import computing
from points.service.records import lifecycle as records_lifecycle
from points.service.records.refusals import ByOwnHand
from points.service.signups.settling import settle_roster
from points.service.statuses import SCANNED, Assurance, RecordStatus
from points.service.tables import Activity, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Settled:
    """What a settlement did: the `records` it confirmed with their `minutes` and `people`, and the net `points`.

    `left` are the records that still wait for the community administrator (assurance C), `by_own_hand` those of them
    that wait for another one, since this person ticked, typed or forced the stay. `head_count_differs` marks that the
    leader counted more than a tenth more or fewer people than checked in.
    """

    activity: str
    records: int
    people: int
    minutes: int
    points: int
    left: int
    by_own_hand: int = 0
    attended: int = 0
    no_show: int = 0
    late: bool = False
    head_count_differs: bool = False


# --- what is refused


@dataclass(eq=False)
class SomeoneIsStillIn(Conflict):
    """An activity is settled when nobody is checked in any more."""

    code = "sessions-open"
    title = N_("Someone is still checked in")
    detail = N_("%(count)s people are still checked in at this activity.")
    next_step = N_("Let them check out, or wait until the stays close by themselves.")
    count: int


@dataclass(eq=False)
class FlagsUndecided(Conflict):
    """Every flagged stay is looked at before an activity is settled."""

    code = "flags-undecided"
    title = N_("Some stays must be looked at first")
    detail = N_("%(count)s flagged stays have not been decided.")
    next_step = N_("Open the list of stays and decide each flagged one.")
    count: int
    sessions: list[str]


# --- what happens


def settle(
    session: Session,
    *,
    activity: str,
    by: Actor,
    at: datetime,
    beneficiaries: int = 0,
    head_count: int | None = None,
    result_note: str = "",
) -> Settled:
    """Confirm the records of an ended activity and give their points.

    The leader confirms what was scanned (assurance A and B), the community administrator also what was not (C).
    Later than the rules' working days (10) it is still possible, but marked late.
    Raises SomeoneIsStillIn, FlagsUndecided, WrongState, ActivityInvalid, NoRulesInForce, NoSuch, NotPermitted.
    """
    found = activities.locked(session, activity)
    role = activities.require_runner(found, by, "activity.settle")
    _refuse_unready(session, found)
    rules = hours_of(session, found)
    outcome = Outcome(beneficiaries, head_count, result_note)
    late = mark_settled(session, found, outcome=outcome, within_wd=rules.settle_wd, by=by, role=role, at=at)
    changed = computing.compute_activity(session, activity_id=found.id, rules=rules, by=by, at=at)
    may_confirm_c = by.role_for("record.confirm_c", area_path=found.area_path) is not None
    confirmed = records_lifecycle.confirm(
        session, activity_id=found.id, assurances=tuple(Assurance) if may_confirm_c else SCANNED, by=by, at=at
    )
    attended, no_show = settle_roster(session, activity_id=found.id)
    points = earn(session, map(pair, [*confirmed, *changed]), by=by, at=at)
    return Settled(
        activity=found.code,
        records=len(confirmed),
        people=len({record.volunteer_id for record in confirmed if record.minutes_credited}),
        minutes=sum(record.minutes_credited for record in confirmed),
        points=points,
        left=_waiting(session, found.id),
        by_own_hand=records_lifecycle.by_own_hand(session, activity_id=found.id, by=by, at=at),
        attended=attended,
        no_show=no_show,
        late=late,
        head_count_differs=stays.head_count_differs(session, found),
    )


def confirm_c(session: Session, *, activity: str, by: Actor, at: datetime) -> Settled:
    """Confirm the records that wait for the community administrator, and give their points.

    Raises NoSuch, NotPermitted, ByOwnHand when all of them are of stays that this person ticked, typed or forced.
    """
    found = activities.locked(session, activity)
    by.require("record.confirm_c", area_path=found.area_path)
    confirmed = records_lifecycle.confirm(session, activity_id=found.id, assurances=tuple(Assurance), by=by, at=at)
    own = records_lifecycle.by_own_hand(session, activity_id=found.id, by=by, at=at)
    if own and not confirmed:
        raise ByOwnHand(count=own)
    return Settled(
        activity=found.code,
        records=len(confirmed),
        people=len({record.volunteer_id for record in confirmed if record.minutes_credited}),
        minutes=sum(record.minutes_credited for record in confirmed),
        points=earn(session, map(pair, confirmed), by=by, at=at),
        left=_waiting(session, found.id),
        by_own_hand=own,
    )


def _refuse_unready(session: Session, activity: Activity) -> None:
    if still_in := stays.still_open(session, activity_id=activity.id):
        raise SomeoneIsStillIn(count=len(still_in))
    if flagged := stays.undecided(session, activity_id=activity.id):
        raise FlagsUndecided(count=len(flagged), sessions=flagged)


def _waiting(session: Session, activity_id: int) -> int:
    return session.execute(
        select(func.count())
        .select_from(ServiceRecord)
        .where(
            ServiceRecord.activity_id == activity_id,
            ServiceRecord.latest,
            ServiceRecord.status == RecordStatus.COMPUTED,
        )
    ).scalar_one()
