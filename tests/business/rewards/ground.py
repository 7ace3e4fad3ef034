"""The ground of the whole-service tests: a street with rules, a team, and days of service through real verbs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.people.tables import Team, Volunteer
from points.rewards import rulesets, settlement
from points.rewards.rules import CATEGORY_PCT
from points.rewards.settlement import Settled
from points.service import activities, checkin, stays
from points.service.auto_close import auto_close
from points.service.checkin import ScanRequest
from points.service.tables import ActivityCategory, ServiceRecord
from tests import make

TODAY = make.TODAY
_number = count(1)


def local(clock_time: str, day: date = TODAY) -> datetime:
    """`09:05` on `day` in Shanghai; `25:00` is one o'clock on the next day."""
    hour, minute = map(int, clock_time.split(":"))
    return clock.at_local(day + timedelta(days=hour // 24), time(hour % 24, minute))


@dataclass
class Ground:
    """Who acts on the ground: two street administrators, a community administrator, the team and its leader."""

    session: Session
    admin: Actor
    second: Actor
    community: Actor
    leader: Volunteer
    team: Team

    @property
    def running(self) -> Actor:
        """The team's leader, signed in."""
        return make.leader_actor(self.session, self.team)

    def activity(
        self, category: str, start: str, end: str, *, day: date = TODAY, leader: Volunteer | None = None, **facts: Any
    ) -> str:
        """A published activity on `day` from `start` to `end`; its code."""
        planned_at = local(start, day) - timedelta(days=1)
        breaks = [[local(a, day).isoformat(), local(b, day).isoformat()] for a, b in facts.pop("breaks", ())]
        drafted = activities.draft(
            self.session,
            plan=activities.Plan(
                team=self.team.code,
                category=category,
                title="志愿服务活动",
                area="BZ",
                place="北正社区",
                start_at=local(start, day),
                end_at=local(end, day),
                capacity=30,
                leader=(leader or self.leader).code,
                contact_name="联系人",
                contact_phone="07440000000",
                content="到社区服务，听从现场安排。",
                risk_notice="注意交通安全。",
                walk_in_ok=True,
                breaks=breaks,
                **facts,
            ),
            by=self.admin,
            at=planned_at,
        )
        activities.submit(self.session, activity=drafted.code, by=self.admin, at=planned_at)
        activities.approve(self.session, activity=drafted.code, by=self.second, at=planned_at)
        return drafted.code

    def came(self, activity: str, person: Volunteer, start: str, end: str | None, *, day: date = TODAY) -> None:
        """The person was scanned in at `start` and, unless it is None, out at `end` by the administrator."""
        self.scan(activity, person, "in", local(start, day))
        if end is not None:
            self.scan(activity, person, "out", local(end, day))

    def scan(self, activity: str, person: Volunteer, direction: str, at: datetime) -> None:
        """One scan, with the clock of the activity moved on before it."""
        activities.advance(self.session, at=at)
        checkin.scan(
            self.session,
            ScanRequest(
                code="/c/" + make.card_of(self.session, person).code,
                activity=activity,
                direction=direction,
                occurred_at=at,
                nonce=f"n{next(_number)}",
            ),
            by=self.admin,
            at=at,
        )

    def over(self, end: str, *, day: date = TODAY) -> datetime:
        """The sweep has run three hours after `end`: stays closed, activities ended; that time."""
        at = local(end, day) + timedelta(hours=3)
        auto_close(self.session, at=at)
        activities.advance(self.session, at=at)
        settlement.compute_ended(self.session, at=at)
        return at

    def settled(self, activity: str, *, at: datetime, by: Actor | None = None) -> Settled:
        """The activity is settled by its leader unless told otherwise, every flag looked at."""
        by = by or self.running
        stays.decide_flags(self.session, activity=activity, by=by, at=at)
        return settlement.settle(self.session, activity=activity, by=by, at=at)

    def served(
        self,
        category: str,
        start: str,
        end: str,
        *people: Volunteer,
        day: date = TODAY,
        leader: Volunteer | None = None,
        **facts: Any,
    ) -> str:
        """A whole activity with these people there in full, settled; its code."""
        activity = self.activity(category, start, end, day=day, leader=leader, **facts)
        for person in people:
            self.came(activity, person, start, end, day=day)
        self.settled(activity, at=self.over(end, day=day), by=self.admin)
        return activity

    def record(self, activity: str, person: Volunteer, *, day: date = TODAY) -> ServiceRecord:
        """The newest version of the person's record of that activity and date."""
        return self.session.scalars(
            select(ServiceRecord)
            .where(
                ServiceRecord.activity_id == activities.by_code(self.session, activity).id,
                ServiceRecord.volunteer_id == person.id,
                ServiceRecord.local_date == day,
                ServiceRecord.latest,
            )
            .execution_options(populate_existing=True)
        ).one()

    def balance(self, person: Volunteer) -> int:
        """The points that the person has."""
        return ledger.balance(self.session, person.id, day=TODAY).balance


def prepare(session: Session, **params: Any) -> Ground:
    """A street with its categories, its first rule set and a team."""
    make.street(session)
    admin, second = make.street_admin(session), make.street_admin(session)
    known = set(session.scalars(select(ActivityCategory.code)))
    for code, pct in CATEGORY_PCT.items():
        if code not in known:
            activities.add_category(
                session, activities.Kind(code=code, name=code, coef_pct=pct), by=SYSTEM, at=make.NOW
            )
    if "governance" not in known:
        activities.add_category(
            session,
            activities.Kind(code="governance", name="议事", coef_pct=100, hours_eligible=False),
            by=SYSTEM,
            at=make.NOW,
        )
    drafted = rulesets.draft(
        session, street="YD", effective_from=date(2026, 1, 1), params=params, by=admin, at=make.NOW
    )
    rulesets.publish(session, version=drafted.version, by=admin, at=make.NOW)
    leader = make.volunteer(session)
    return Ground(
        session=session,
        admin=admin,
        second=second,
        community=make.community_admin(session),
        leader=leader,
        team=make.team(session, leader=leader),
    )
