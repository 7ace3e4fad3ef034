"""The days of the demo street's teams: planned, approved, signed up for, scanned, settled, and at times put right."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.demo.street import facts
from points.demo.street.people import FIRST_REGISTRATION
from points.demo.street.service import ActivityPlan, Attendance
from points.demo.street.town import STREET, Step, Town
from points.foundation import clock
from points.places.tables import Area
from points.rewards import settlement
from points.service import activities, checkin, makeups, records, signups, stays
from points.service.checkin import ScanRequest
from points.service.tables import Activity, MonthlyTheme, ServiceRecord

OPENING_HOURS_BROUGHT = 6600
"""Minutes (110 h) that three leaders bring from another organisation: one star is reached (domain §3.14)."""


class Running(NamedTuple):
    """What is needed of an activity while it runs."""

    code: str
    activity: Activity


class Life:
    """Every step of the activities by date."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._running: dict[int, Running] = {}
        self._themes: dict[tuple[int, int], int] = {}
        self._steps: dict[date, list[Step]] = {}
        for plan in town.plan.activities:
            self._plan(plan)
        for number in range(3):
            at = clock.at_local(FIRST_REGISTRATION + timedelta(days=2), time(9, number))
            self._add(at, partial(self._bring_hours, number=number))

    def on(self, day: date) -> Iterator[Step]:
        """What happens on `day`, in no order."""
        return iter(self._steps.get(day, ()))

    def _add(self, at: datetime, step: Callable[[Session, datetime], object]) -> None:
        self._steps.setdefault(clock.local_date(at), []).append((at, step))

    def _plan(self, plan: ActivityPlan) -> None:
        day = plan.day
        drafted = max(day - timedelta(days=6), date(2025, 1, 3))
        settled = clock.at_local(day + timedelta(days=1 + plan.number % 2), time(10, 30))
        self._add(clock.at_local(drafted, time(10, 0)), partial(self._publish, plan=plan))
        self._add(clock.at_local(day - timedelta(days=1), time(20, 0)), partial(self._sign_up, plan=plan))
        self._add(plan.start_at - timedelta(minutes=30), self._begin)
        self._add(settled, partial(self._settle, plan=plan))
        for one in plan.attendances:
            self._add(one.in_at, partial(self._scan, plan=plan, one=one, direction="in"))
            if one.fate not in ("made_up", "lost"):
                self._add(one.out_at, partial(self._scan, plan=plan, one=one, direction="out"))
            if one.fate == "made_up":
                next_day = clock.at_local(day + timedelta(days=1), time(9, 0))
                self._add(next_day, partial(self._make_up, plan=plan, one=one))
            elif one.fate == "voided":
                self._add(settled + timedelta(days=4), partial(self._void, plan=plan, one=one))
            elif one.fate == "amended":
                self._add(settled + timedelta(days=2), partial(self._amend, plan=plan, one=one))

    def _begin(self, session: Session, at: datetime) -> None:
        activities.advance(session, at=at)

    def _publish(self, session: Session, at: datetime, *, plan: ActivityPlan) -> None:
        town = self._town
        team = town.plan.people.teams[plan.team]
        leader = town.person(session, team.leader)
        if not self._themes:
            self._themes = {
                (theme.year, theme.month): theme.id
                for theme in session.scalars(
                    select(MonthlyTheme).join(Area, Area.id == MonthlyTheme.area_id).where(Area.code == STREET)
                )
            }
        activity = activities.draft(
            session,
            plan=activities.Plan(
                team=team.code,
                category=plan.category,
                title=plan.title,
                area=plan.community,
                place=plan.place,
                start_at=plan.start_at,
                end_at=plan.end_at,
                capacity=plan.capacity,
                leader=town.volunteers[team.leader],
                contact_name=town.plan.people.everyone[team.leader].name,
                contact_phone="0744-0000000",
                content=f"{plan.title}：请按时到场，听从队长安排，自带饮水。",
                risk_notice="户外活动注意交通与天气；量力而行，身体不适请立即告诉队长。",
                theme_id=self._themes[plan.day.year, plan.day.month],
                check_mode=plan.mode,
                walk_in_ok=True,
            ),
            by=leader,
            at=at,
        )
        activities.submit(session, activity=activity.code, by=leader, at=at)
        approver = town.staff(f"{plan.community.lower()}-admin")
        activities.approve(session, activity=activity.code, by=approver, at=at + timedelta(hours=2))
        self._running[plan.number] = Running(activity.code, activity)

    def _sign_up(self, session: Session, at: datetime, *, plan: ActivityPlan) -> None:
        town, code = self._town, self._running[plan.number].code
        leader = town.plan.people.teams[plan.team].leader
        coming = [one.person for one in plan.attendances if one.signs_up] + plan.no_shows
        for place, index in enumerate(coming):
            signups.sign_up(
                session,
                activity=code,
                volunteer=town.volunteers[index],
                as_report_in=town.plan.people.everyone[index].report_kind,
                by=town.for_person(session, index, leader=leader),
                at=at + timedelta(minutes=place),
            )

    def _scan(self, session: Session, at: datetime, *, plan: ActivityPlan, one: Attendance, direction: str) -> None:
        town, running = self._town, self._running[plan.number]
        leader = town.plan.people.teams[plan.team].leader
        nonce = f"{plan.number}-{one.person}-{direction}"
        if plan.mode == "roster":
            # nobody ticks themselves: the leader's own tick is the community's
            admin = town.staff(f"{plan.community.lower()}-admin")
            checkin.roster_tick(
                session,
                ScanRequest(
                    activity=running.code, volunteer=town.volunteers[one.person], direction=direction, nonce=nonce
                ),
                by=admin if one.person == leader else town.person(session, leader),
                at=at,
            )
        elif one.by_card:
            checkin.scan(
                session,
                ScanRequest(
                    code=f"/c/{town.cards[one.person]}", activity=running.code, direction=direction, nonce=nonce
                ),
                by=town.person(session, leader),
                at=at,
            )
        else:
            static = plan.mode == "static"
            code = checkin.poster_token(running.activity) if static else checkin.screen_token(running.activity, at)
            checkin.scan(
                session,
                ScanRequest(code=code, direction=direction, nonce=nonce, device=f"phone-{one.person}"),
                by=town.person(session, one.person),
                at=at,
            )

    def _make_up(self, session: Session, at: datetime, *, plan: ActivityPlan, one: Attendance) -> None:
        town = self._town
        claim = makeups.Claim(
            activity=self._running[plan.number].code,
            volunteer=town.volunteers[one.person],
            claimed_in=max(one.in_at, plan.start_at),
            claimed_out=min(one.out_at, plan.end_at),
            reason="forgot_out",
        )
        by = town.person(session, town.plan.people.teams[plan.team].leader)
        makeup = settlement.propose_makeup(session, claim=claim, by=by, at=at)
        approver = town.staff(f"{plan.community.lower()}-admin")
        settlement.decide_makeup(session, makeup=makeup.code, approve=True, by=approver, at=at + timedelta(minutes=30))

    def _settle(self, session: Session, at: datetime, *, plan: ActivityPlan) -> None:
        town, code = self._town, self._running.pop(plan.number).code
        leader = town.person(session, town.plan.people.teams[plan.team].leader)
        admin = town.staff(f"{plan.community.lower()}-admin")
        town.activities[plan.number] = code
        stays.decide_flags(session, activity=code, by=admin, at=at - timedelta(minutes=20))
        settled = settlement.settle(
            session,
            activity=code,
            beneficiaries=plan.beneficiaries,
            head_count=len(plan.attendances),
            result_note="顺利完成。",
            by=leader,
            at=at,
        )
        if settled.left:
            # who ticked does not confirm it alone: where the community ticked the leader, the street confirms
            leads = town.plan.people.teams[plan.team].leader
            ticked = plan.mode == "roster" and any(one.person == leads for one in plan.attendances)
            by = town.staff("street") if ticked else admin
            settlement.confirm_c(session, activity=code, by=by, at=at + timedelta(hours=4))

    def _void(self, session: Session, at: datetime, *, plan: ActivityPlan, one: Attendance) -> None:
        settlement.void_record(
            session,
            record=self._record(session, plan, one),
            reason="扫码后离开，经核实未参加服务",
            by=self._town.staff("street"),
            second=self._town.staff("street2"),
            at=at,
        )

    def _amend(self, session: Session, at: datetime, *, plan: ActivityPlan, one: Attendance) -> None:
        record = self._record(session, plan, one)
        settlement.dispute_record(
            session, record=record, reason="实际签退更早", by=self._town.person(session, one.person), at=at
        )
        credited = int((min(one.out_at, plan.end_at) - max(one.in_at, plan.start_at)).total_seconds()) // 60
        settlement.amend_record(
            session,
            record=record,
            minutes=credited - 10,
            reason="本人申诉属实，按实际时间更正",
            by=self._town.staff("street"),
            at=at + timedelta(hours=20),
        )

    def _record(self, session: Session, plan: ActivityPlan, one: Attendance) -> str:
        return session.scalars(
            select(ServiceRecord.code)
            .join(Activity, Activity.id == ServiceRecord.activity_id)
            .where(
                Activity.code == self._town.activities[plan.number],
                ServiceRecord.volunteer_id == self._town.volunteer_ids[one.person],
                ServiceRecord.latest,
            )
        ).one()

    def _bring_hours(self, session: Session, at: datetime, *, number: int) -> None:
        leader = self._town.plan.people.teams[number].leader
        records.transfer_in(
            session,
            volunteer=self._town.volunteers[leader],
            minutes=OPENING_HOURS_BROUGHT,
            day=facts.FIRST_DAY - timedelta(days=1),
            organiser="示例志愿者协会",
            by=self._town.staff("street"),
            at=at,
        )
