"""The ground of the measurements: one street with so many volunteers that no scan and no exchange repeats another.

Everything is made by the business's own verbs, on the clock of today, because the measured service has that clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, cycle
from typing import Any

from sqlalchemy import Engine, create_engine, insert, select, text, update
from sqlalchemy.orm import Session

from points import database, http, ledger, migrations
from points.access import sign_ins, tokens
from points.foundation import clock, secrets
from points.foundation.actors import SYSTEM
from points.foundation.orm import table_of
from points.ledger.booking import Earning
from points.people import cards, volunteers
from points.people.tables import Volunteer
from points.people.volunteers import Newcomer
from points.service.tables import Activity, Signup
from tests import make
from tests.benchmarks.clients import Request

PROGRAMS = 64
"""Callers with a token of their own, as devices have: rate limits and idempotency are counted for each."""
ACTIVITIES = 20
ROSTER = 500
PHONES = 100
ITEMS = ("G01", "G02", "G03")
STATIONS = ("NLJ-1", "NLJ-2", "NLJ-3", "NLJ-4")
"""Eight clerks have two counters at each of these; receipts of one station are numbered one after the other."""
PIN = "135790"
COMMUNITY = "BZ"


@dataclass
class Ground:
    """What requests are made of; each iterator goes on where the measurement before it stopped."""

    scanners: Iterator[str]
    desks: Iterator[tuple[str, str]]
    phones: Iterator[tuple[str, str]]
    clerk: str
    counter: str
    roster: str
    _to_scan: Iterator[tuple[str, str]]
    _inside: list[tuple[str, str]]
    _redeemers: Iterator[tuple[str, str]]
    _numbers: Iterator[int]

    def scans_in(self, number: int) -> list[Request]:
        """So many people come, each scanned by staff from the card's number."""
        come = [next(self._to_scan) for _ in range(number)]
        self._inside += come
        return [self._scan(*one, "in") for one in come]

    def scans_out(self, number: int) -> list[Request]:
        """So many of those who came leave."""
        leaving, self._inside = self._inside[:number], self._inside[number:]
        return [self._scan(*one, "out") for one in leaving]

    def redemptions(self, number: int, *, lines: int, check: str = "phone4") -> list[Request]:
        """So many exchanges at the counter, of one to three lines, with the digits of the phone or with the PIN."""
        return [self._redemption(lines, check) for _ in range(number)]

    def my_points(self, number: int, *, page: bool) -> list[Request]:
        """Volunteers look at their points, as a page or as JSON."""
        return [
            Request("GET", "/my/points" if page else f"/api/v1/volunteers/{code}/account", headers=_cookie(cookie))
            for code, cookie in (next(self.phones) for _ in range(number))
        ]

    def rosters(self, number: int) -> list[Request]:
        """The roster of an activity of 500, as staff see it."""
        asked = Request("GET", f"/staff/activities/{self.roster}/roster", headers=_cookie(self.clerk))
        return [asked] * number

    def desks_opened(self, number: int) -> list[Request]:
        """A clerk's desk with so many residents, one after the other, found by their code."""
        found = [f"/staff/desk?station={STATIONS[0]}&who={next(self._redeemers)[0]}" for _ in range(number)]
        return [Request("GET", path, headers=_cookie(self.counter)) for path in found]

    def _scan(self, activity: str, volunteer: str, direction: str) -> Request:
        body = {
            "code": volunteer,
            "activity": activity,
            "direction": direction,
            "nonce": f"bench-{next(self._numbers):08d}",
            "device": "",
        }
        return Request("POST", "/api/v1/scans", body, {"Authorization": f"Bearer {next(self.scanners)}"})

    def _redemption(self, lines: int, check: str) -> Request:
        code, phone = next(self._redeemers)
        desk, station = next(self.desks)
        proof = {"pin": PIN} if check == "pin" else {"digits": phone[-4:]}
        body: dict[str, Any] = {
            "volunteer": code,
            "station": station,
            "lines": [{"item": item, "qty": 1} for item in ITEMS[:lines]],
            "identity": {"check": check, **proof},
        }
        headers = {
            "Authorization": f"Bearer {desk}",
            "Idempotency-Key": f"bench-{next(self._numbers):08d}",
        }
        return Request("POST", "/api/v1/redemptions", body, headers)


def prepare(engine: Engine, *, people: int) -> Ground:
    """Make the ground in an empty database and say what requests are made of."""
    database.prepare(engine)
    with database.rebuilding(engine) as connection:
        migrations.upgrade(connection)
    now = clock.now()
    with database.sessions(engine)() as session:
        make.street(session)
        for item in ITEMS:
            sold = make.item(session, item, price=1, ref_value_fen=30)
            for station in STATIONS:
                make.stocked(session, sold, 1_000_000, station=station)
        scanners, desks = (
            [
                (tokens.add(session, name=f"{role} {number}", role=role, place=place, by=SYSTEM, at=now), place)
                for number, place in zip(range(PROGRAMS), cycle(places), strict=False)
            ]
            for role, places in (("community_admin", (COMMUNITY,)), ("station_staff", STATIONS))
        )
        session.commit()
        codes = _people(session, people, now)
        rich(session, codes, now)
        activities = [
            make.activity(session, start=now - timedelta(minutes=5), minutes=600, capacity=2_000)
            for _ in range(ACTIVITIES)
        ]
        _sign_up(session, activities, codes, now)
        cards.issue_missing(session, community=COMMUNITY, by=SYSTEM, at=now)
        busy = make.activity(session, start=now - timedelta(minutes=5), minutes=600, capacity=ROSTER)
        _sign_up(session, [busy], dict(list(codes.items())[:ROSTER]), now)
        cookies = [
            (code, sign_ins.sign_in_volunteer(session, who=code, pin=PIN, agent="phone", at=now)[1])
            for code in list(codes)[:PHONES]
        ]
        login = make.signed_up_staff(session, role="street_admin", place="YD")
        clerk = sign_ins.sign_in_staff(session, login=login, password="correct horse", agent="pc", at=now)[1]
        login = make.signed_up_staff(session, role="station_staff", place=STATIONS[0])
        counter = sign_ins.sign_in_staff(session, login=login, password="correct horse", agent="pc", at=now)[1]
        session.commit()
        names = [activity.code for activity in activities]
        phones = _phones(session)
    return Ground(
        scanners=cycle(token for token, _ in scanners),
        desks=cycle(desks),
        phones=cycle(cookies),
        clerk=clerk,
        counter=counter,
        roster=busy.code,
        _to_scan=((names[place % ACTIVITIES], code) for place, code in enumerate(codes)),
        _inside=[],
        _redeemers=cycle([(code, phones[code]) for code in codes]),
        _numbers=count(1),
    )


def street(engine: Engine) -> None:
    """The areas of a street, in a database that has its tables."""
    with database.sessions(engine)() as session:
        make.street(session)
        session.commit()


def rich(session: Session, codes: dict[str, int], now: datetime) -> None:
    """A thousand points for everybody, in three lots, the soonest of which expires in half a year."""
    ids = list(codes.values())
    for start in range(0, len(ids), 1_000):
        accounts = ledger.lock_accounts(session, volunteer_ids=ids[start : start + 1_000], at=now)
        earnings = [
            Earning(
                account=account,
                points=points,
                purpose="opening",
                reference=f"bench:{volunteer}:{months}",
                source_type="opening",
                rule_version="RS-01",
                earned_on=clock.local_date(now),
                expires_on=clock.local_date(now) + timedelta(days=30 * months),
            )
            for volunteer, account in accounts.items()
            for points, months in ((200, 6), (300, 12), (500, 18))
        ]
        ledger.earn_many(session, earnings=earnings, by=SYSTEM, at=now)
        session.commit()


def know_tables(url: str) -> None:
    """Let PostgreSQL look at its tables once something stands in them, as its autovacuum does every minute."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("ANALYZE"))
    engine.dispose()


def _people(session: Session, number: int, now: datetime) -> dict[str, int]:
    people = {
        line: Newcomer(
            name="赵" + chr(0x4E00 + line // 9_000),
            birth_date=date(1960, 1, 1) + timedelta(days=line % 9_000),
            community="BZ" if line % 2 else "CS",
            consents=make.CONSENTS,
            paper_ref=f"B-{line}",
            phone=f"198{line:08d}",
        )
        for line in range(number)
    }
    codes = volunteers.enrol(session, people=people, by=SYSTEM, at=now)
    session.execute(update(table_of(Volunteer)).values(pin_hash=secrets.hash_secret(PIN)))
    session.commit()
    found = dict(session.execute(select(Volunteer.code, Volunteer.id)).all())  # type: ignore[arg-type]
    return {code: found[code] for code in codes}


def _phones(session: Session) -> dict[str, str]:
    return {code: phone or "" for code, phone in session.execute(select(Volunteer.code, Volunteer.phone))}


def _sign_up(session: Session, activities: list[Activity], codes: dict[str, int], now: datetime) -> None:
    session.execute(
        insert(table_of(Signup)),
        [
            {
                "activity_id": activities[place % len(activities)].id,
                "volunteer_id": volunteer,
                "status": "approved",
                "queued_at": now,
                "walk_in": False,
                "guardian_present": False,
                "note": "",
                "created_at": now,
                "created_by": "bench",
            }
            for place, volunteer in enumerate(codes.values())
        ],
    )
    session.commit()


def _cookie(cookie: str) -> dict[str, str]:
    return {"Cookie": f"{http.SESSION_COOKIE}={cookie}; {http.LOCALE_COOKIE}=zh_CN"}
