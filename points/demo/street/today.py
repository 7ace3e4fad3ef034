"""What a visitor of the demo finds today: an activity going on, one tomorrow, a class, goods that should go soon.

None of it changes a figure of the 22 months: nothing is settled and nothing handed over here.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from points.demo.street import facts, founding, shelves
from points.demo.street.town import Town
from points.exchange import exchange_days
from points.foundation import clock
from points.service import activities, signups
from points.service.activities import series

LONG_ENOUGH = timedelta(hours=8)


def prepare(session: Session, town: Town, *, now: datetime) -> None:
    """Publish today's and tomorrow's activity in 北正 and the class of two weeks, fill the shelves, plan a session."""
    yesterday = now - timedelta(days=1)
    today = clock.local_date(now)
    start_at = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0) - timedelta(minutes=10)
    _activity(
        session, town, title="今天的活动：清扫背街小巷", start_at=start_at, end_at=start_at + LONG_ENOUGH, at=yesterday
    )
    tomorrow = clock.at_local(today + timedelta(days=1), time(9, 0))
    _activity(
        session,
        town,
        title="明天的活动：河边捡拾垃圾",
        start_at=tomorrow,
        end_at=tomorrow + timedelta(hours=2),
        at=yesterday,
    )
    _class(session, town, from_day=today + timedelta(days=1), at=yesterday)
    eggs, noodles = (next(item for item in facts.GOODS if item.code == code) for code in ("G10", "G09"))
    for number in range(1, len(facts.STATIONS) + 1):
        for item, days in ((eggs, 9), (noodles, 20)):
            shelves.receive(
                session,
                town,
                number,
                item,
                day=today - timedelta(days=1),
                qty=12,
                best_before=today + timedelta(days=days),
            )
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    exchange_days.plan(
        session,
        station=facts.STATIONS[0].code,
        title="积分兑换日",
        start_at=clock.at_local(saturday, time(9, 0)),
        end_at=clock.at_local(saturday, time(11, 30)),
        max_points_pp=100,
        by=town.staff("station1a"),
        at=now,
    )


def _activity(session: Session, town: Town, *, title: str, start_at: datetime, end_at: datetime, at: datetime) -> None:
    team = town.plan.people.teams[founding.LEADING_TEAM]
    leader = town.person(session, team.leader)
    activity = activities.draft(
        session,
        plan=activities.Plan(
            team=team.code,
            category="environment",
            title=title,
            area="BZ",
            place="北正社区广场",
            start_at=start_at,
            end_at=end_at,
            capacity=60,
            leader=town.volunteers[team.leader],
            contact_name=town.plan.people.everyone[team.leader].name,
            contact_phone="0744-0000001",
            content="带上手套和水，一起把社区打扫干净。扫队长屏幕上的二维码签到、签退。",
            risk_notice="户外活动注意交通与天气；量力而行，身体不适请立即告诉队长。",
            walk_in_ok=True,
        ),
        by=leader,
        at=at,
    )
    activities.submit(session, activity=activity.code, by=leader, at=at)
    activities.approve(session, activity=activity.code, by=town.staff("bz-admin"), at=at + timedelta(minutes=30))
    if start_at <= at + timedelta(days=1):
        activities.keep(session, activity=activity.code, as_template=True, by=leader, at=at)
    for index in _coming(town, start_at.date()):
        signups.sign_up(
            session,
            activity=activity.code,
            volunteer=town.volunteers[index],
            by=town.for_person(session, index, leader=team.leader),
            at=at + timedelta(hours=1),
        )


def _class(session: Session, town: Town, *, from_day: date, at: datetime) -> None:
    """The after-school class of the next two weeks: one series, approved by the street, joined by half of its team."""
    number, facts_ = next((number, one) for number, one in enumerate(facts.TEAMS) if one.categories == "child")
    team = town.plan.people.teams[number]
    leader = town.person(session, team.leader)
    plan = activities.Plan(
        team=team.code,
        category="child",
        title="四点半课堂·作业辅导",
        area="YD",
        place="北正社区活动室",
        start_at=clock.at_local(from_day, time(16, 30)),
        end_at=clock.at_local(from_day, time(18, 0)),
        capacity=12,
        leader=town.volunteers[team.leader],
        contact_name=town.plan.people.everyone[team.leader].name,
        contact_phone="0744-0000001",
        content=f"{facts_.name}陪孩子们写作业、读绘本，六点由家长接走。",
        bring="一本喜欢的绘本",
        risk_notice="接送由家长负责；活动室内不追跑，至少两位大人在场。",
    )
    made = series.draft(session, plan=plan, weekdays=range(5), until=from_day + timedelta(days=13), by=leader, at=at)
    series.submit(session, series=made.code, by=leader, at=at)
    series.approve(session, series=made.code, by=town.staff("street"), at=at + timedelta(minutes=30))
    for index in team.members[:6]:
        if not town.plan.people.everyone[index].is_minor:
            signups.join(
                session,
                series=made.code,
                volunteer=town.volunteers[index],
                by=town.for_person(session, index, leader=team.leader),
                at=at + timedelta(hours=1),
            )
    activities.keep(session, activity=series.dates(session, made.id)[0].code, as_template=True, by=leader, at=at)


def _coming(town: Town, day: date) -> list[int]:
    """Who has signed up: the people who can sign in to the demo, and some of the team."""
    people = town.plan.people
    members = [index for index in people.teams[founding.LEADING_TEAM].members if people.everyone[index].phone]
    return list(dict.fromkeys([*founding.sign_in_people(town.plan).values(), *members[: 5 + day.day % 4]]))
