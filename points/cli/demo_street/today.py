"""What a visitor of the demo finds today: an activity going on, one tomorrow, goods that should go soon.

None of it changes a figure of the 22 months: nothing is settled and nothing handed over here.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from points.cli.demo_street import facts, founding
from points.cli.demo_street.town import Town
from points.exchange import sessions
from points.foundation import clock
from points.service import activities, signups

LONG_ENOUGH = timedelta(hours=8)


def prepare(session: Session, town: Town, *, now: datetime) -> None:
    """Publish today's and tomorrow's activity in 北正, fill the shelves, announce the next exchange session."""
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
    eggs, noodles = (next(item for item in facts.GOODS if item.code == code) for code in ("G10", "G09"))
    for number in range(1, len(facts.STATIONS) + 1):
        for item, days in ((eggs, 9), (noodles, 20)):
            founding.receive(
                session,
                town,
                number,
                item,
                day=today - timedelta(days=1),
                qty=12,
                best_before=today + timedelta(days=days),
            )
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    sessions.plan(
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
        by=leader,
        at=at,
    )
    activities.submit(session, activity=activity.code, by=leader, at=at)
    activities.approve(session, activity=activity.code, by=town.staff("bz-admin"), at=at + timedelta(minutes=30))
    for index in _coming(town, start_at.date()):
        signups.sign_up(
            session,
            activity=activity.code,
            volunteer=town.volunteers[index],
            by=town.person(session, index),
            at=at + timedelta(hours=1),
        )


def _coming(town: Town, day: date) -> list[int]:
    """Who has signed up: the people who can sign in to the demo, and some of the team."""
    people = town.plan.people
    members = [index for index in people.teams[founding.LEADING_TEAM].members if people.everyone[index].phone]
    return list(dict.fromkeys([*founding.sign_in_people(town.plan).values(), *members[: 5 + day.day % 4]]))
