"""A make-up is proposed and decided, by two people, within ten working days.

The points follow in `rewards.settlement`, the one path that settles: nothing above it reaches these verbs.
"""

from datetime import date, datetime
from typing import Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation import clock, codes, workdays
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.people import guardians, persons
from points.people.tables import Volunteer
from points.places import calendar
from points.service import activities, hours, signups
from points.service.hours import HourRules, Occasion, Presence
from points.service.makeups.claim import Claim, refuse_impossible
from points.service.makeups.refusals import ClaimInvalid, MakeupState, OwnMakeup
from points.service.statuses import COUNTED, MakeupStatus, Method, StayFlag, StayStatus
from points.service.tables import Activity, MakeupRequest, Stay

SHARE_TO_LOOK_AT = 5
"""A make-up is flagged once more than one stay in five of its activity is one (§3.4 rule 10)."""

# --- what happens


def propose(
    session: Session, *, claim: Claim, by: Actor, at: datetime, rules: HourRules | None = None
) -> MakeupRequest:
    """Claim attendance that was not (fully) scanned: the person, their guardian, the leader, the community.

    Within [start, end] of an activity that is over, and within ten working days after it. An earlier open claim of
    the same person for the same activity is in the way. A stay that the clock closed keeps its scanned arrival.
    Raises NoSuch, NotPermitted, ClaimInvalid, MakeupTooLate, MakeupState, NotSuitable, GuardianNeeded.
    """
    found = activities.locked(session, claim.activity)
    person = session.scalars(select(Volunteer).where(persons.called(claim.volunteer))).first()
    if person is None:
        raise NoSuch(kind=N_("volunteer"), key=claim.volunteer)
    role = _proposer(session, found, person, by, at)
    rules = rules or HourRules()
    until = workdays.add_workdays(
        clock.local_date(claim.claimed_out), rules.makeup_window_wd, calendar.overrides(session)
    )
    refuse_impossible(claim, found, until=until, at=at)
    signups.refuse_unsuitable(session, activity=found, person=person, guardian_present=True)
    stay = _stay_to_correct(session, found, person, claim, most=rules.sessions_pp_day)
    pending = session.scalars(
        select(MakeupRequest.code).where(
            MakeupRequest.activity_id == found.id,
            MakeupRequest.volunteer_id == person.id,
            MakeupRequest.status == MakeupStatus.OPEN,
        )
    ).first()
    if pending is not None:
        raise MakeupState(makeup=pending, why=N_("An earlier claim has not been decided yet."))
    request = MakeupRequest(
        code=codes.new(),
        activity_id=found.id,
        volunteer_id=person.id,
        session_id=stay.id if stay else None,
        beneficiary=person.code,
        claimed_in=claim.claimed_in,
        claimed_out=claim.claimed_out,
        reason=claim.reason,
        note=claim.note,
        proposed_by=by.person,
        status=MakeupStatus.OPEN,
        created_at=at,
        created_by=by.person,
    )
    session.add(request)
    session.flush()
    _note(session, request, found, "makeup.propose", by=by, role=role, at=at)
    return request


def decide(
    session: Session, *, makeup: str, approve: bool, by: Actor, at: datetime, reason: str = ""
) -> list[tuple[int, date]]:
    """Approve or decline a claim; the volunteer's id with each date to be computed again (none when declined).

    By another person than proposer and beneficiary. An approved one makes the stay `corrected`, evidence grade C.
    Raises NoSuch, NotPermitted, OwnMakeup, MakeupState.
    """
    request = session.scalars(select(MakeupRequest).where(MakeupRequest.code == makeup)).first()
    if request is None:
        raise NoSuch(kind=N_("make-up"), key=makeup)
    found = session.scalars(
        select(Activity)
        .where(Activity.id == request.activity_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    role = by.require("makeup.decide", area_path=found.area_path)
    session.refresh(request)
    if request.status != MakeupStatus.OPEN:
        raise MakeupState(makeup=request.code, why=N_("This claim has been decided."))
    own = OwnMakeup(makeup=request.code)
    if two_people.is_oneself(session, request.beneficiary, by=by, volunteer_id=request.volunteer_id):
        raise own
    two_people.refuse_one_person(session, own, first=request.proposed_by, second=by, at=at)
    request.status = MakeupStatus.APPROVED if approve else MakeupStatus.DECLINED
    request.decided_by, request.decided_at, request.decided_why = by.person, at, reason.strip()[:200]
    session.flush()
    dates: list[date] = []
    if approve:
        stay = _correct(session, request, found, by=by, at=at)
        occasion = Occasion(found.id, found.start_at, found.end_at)
        assert stay.out_at is not None
        two_people.sign(
            session,
            first=request.proposed_by,
            second=by,
            action="makeup.decide",
            target=f"makeup:{request.code}",
            at=at,
            area_path=found.area_path,
        )
        dates = hours.dates(Presence(occasion, stay.in_at, stay.out_at))
    _note(session, request, found, "makeup.decide", by=by, role=role, at=at, reason=reason)
    return [(request.volunteer_id, day) for day in dates]


def _proposer(session: Session, activity: Activity, person: Volunteer, by: Actor, at: datetime) -> str:
    if by.volunteer_id == person.id:
        return "volunteer"
    if guardians.stands_for(session, by.volunteer_id, person.id, day=clock.local_date(at)):
        return "guardian"
    return activities.require_runner(activity, by, "makeup.propose")


def _stay_to_correct(
    session: Session, activity: Activity, person: Volunteer, claim: Claim, *, most: int
) -> Stay | None:
    """The stay of that day that the clock closed, if there is one.

    Raises MakeupState when the person is still in or has used up the day's stays, ClaimInvalid when the claim ends
    before the scanned arrival.
    """
    stays = session.scalars(
        select(Stay)
        .where(
            Stay.activity_id == activity.id,
            Stay.volunteer_id == person.id,
            Stay.status.in_((StayStatus.OPEN, *COUNTED)),
        )
        .order_by(Stay.in_at)
        .execution_options(populate_existing=True)
    ).all()
    if any(stay.status == StayStatus.OPEN for stay in stays):
        raise MakeupState(makeup="", why=N_("The person is still checked in; check them out."))
    that_day = [stay for stay in stays if stay.local_date == clock.local_date(claim.claimed_in)]
    closed_by_clock = [stay for stay in that_day if stay.status == StayStatus.AUTO_CLOSED]
    if closed_by_clock:
        if claim.claimed_out <= closed_by_clock[0].in_at:
            raise ClaimInvalid(field="claimed_out", why=N_("The person was seen arriving later than that."))
        return closed_by_clock[0]
    if len(that_day) >= most:
        raise MakeupState(makeup="", why=N_("There are as many stays on that day already as the rules allow."))
    return None


def _correct(session: Session, request: MakeupRequest, activity: Activity, *, by: Actor, at: datetime) -> Stay:
    stay = session.get(Stay, request.session_id) if request.session_id else None
    if stay is not None and stay.status == StayStatus.AUTO_CLOSED:
        stay.out_at, stay.out_method, stay.out_by = request.claimed_out, Method.MAKEUP, by.person
        stay.status = StayStatus.CORRECTED
    elif stay is not None:
        raise MakeupState(makeup=request.code, why=N_("The stay was corrected in the meantime."))
    else:
        stay = Stay(
            code=codes.new(),
            activity_id=activity.id,
            volunteer_id=request.volunteer_id,
            local_date=clock.local_date(request.claimed_in),
            in_at=request.claimed_in,
            out_at=request.claimed_out,
            in_method=Method.MAKEUP,
            out_method=Method.MAKEUP,
            in_by=request.proposed_by,
            out_by=by.person,
            status=StayStatus.CORRECTED,
            flags=[],
            reason=request.reason,
            created_at=at,
            created_by=by.person,
        )
        session.add(stay)
    session.flush()
    counts = dict(
        session.execute(
            select(Stay.status, func.count())
            .where(Stay.activity_id == activity.id, Stay.status.in_(COUNTED))
            .group_by(Stay.status)
        ).all()
    )
    if counts.get(StayStatus.CORRECTED, 0) * SHARE_TO_LOOK_AT > sum(counts.values()):
        stay.flags = [*stay.flags, StayFlag.MAKEUP_SHARE]
        stay.flags_decided_by = None
        session.flush()
    return stay


def _note(session: Session, request: MakeupRequest, activity: Activity, action: str, **act: Unpack[audit.Act]) -> None:
    facts = {"activity": activity.code, "volunteer": request.beneficiary, "status": request.status}
    act["facts"] = facts
    audit.write(session, action=action, target=f"makeup:{request.code}", area_path=activity.area_path, **act)
