"""What was scanned or typed, and what it stands for: an activity's screen, its poster, its digits, a card, a ticket."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NoReturn

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from points.foundation import codes, secrets, typed
from points.foundation.actors import Actor
from points.foundation.orm import rows_changed
from points.journal import refused_scans
from points.journal.refused_scans import Attempt
from points.people.tables import Card
from points.service.checkin.refusals import AmbiguousCode, CodeExpired, CodeRevoked, InvalidCode, ScanRefusal
from points.service.statuses import PUBLIC, ActivityStatus, Direction, Method
from points.service.tables import Activity, ScanTicket

TICKET_LASTS = timedelta(minutes=5)
LONGEST = 500
"""How long a text may be that is read as a code."""
_DIGITS = re.compile(r"^\d{6}$")
_SCREEN = codes.LENGTH + 8

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """A scan as it was sent.

    `code` is anything that identifies the activity (screen, poster, six digits with `activity`) or, for whoever runs
    the activity named by `activity`, the person (card, volunteer code); or a full address of either. A `ticket`
    stands for a code scanned before sign-in. `device` is an enrolled device's code or a browser's salted hash; the
    same nonce from the same device does the same once. `occurred_at` is the device's clock: it counts for staff and
    posters, late ones are flagged; with a rotating code it is now, because the code proves no other time.
    `force` (staff): it happened although the rules say no. With `duty.override` and a reason also on duty.
    """

    nonce: str
    code: str = ""
    activity: str | None = None
    volunteer: str | None = None
    ticket: str | None = None
    direction: str = Direction.AUTO
    occurred_at: datetime | None = None
    device: str = ""
    force: bool = False
    guardian_present: bool = False
    reason: str = ""


class Kind(StrEnum):
    """What a code is."""

    SCREEN = "screen"
    POSTER = "poster"
    DIGITS = "digits"
    CARD = "card"
    PERSON = "person"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Reading:
    """A code as read; `proof` is the part that rotates."""

    kind: Kind
    value: str
    proof: str = ""


ActivityKey = Literal["screen", "poster", "code", "ticket"]
PersonKey = Literal["id", "code", "card"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Which person at which activity a scan is about, by what either is found, and how the code was read."""

    reading: Reading
    activity_by: ActivityKey
    activity: str
    person_by: PersonKey
    person: str | int


# --- what happens


def ticket(session: Session, *, code: str, at: datetime, activity: str | None = None) -> str:
    """Exchange a scanned activity code, before any sign-in, for a ticket that stands for it for five minutes, once.

    `activity` is needed with six digits. The answer is a secret that the browser keeps; only its hash is stored.
    Raises InvalidCode, AmbiguousCode, CodeExpired; the refusal is journalled.
    """
    try:
        found, method = _read_activity(session, code, activity, at)
    except ScanRefusal as refusal:
        attempt = Attempt(
            raw=code, direction=Direction.AUTO, occurred_at=at, activity=activity or _named(session, code)
        )
        refused_scans.note(session, attempt, reason=refusal.code, by="public", at=at)
        raise
    token = secrets.new_token()
    session.add(
        ScanTicket(
            token_hash=secrets.token_hash(token),
            activity_id=found.id,
            method=method,
            occurred_at=at,
            expires_at=at + TICKET_LASTS,
            created_at=at,
            created_by="public",
        )
    )
    session.flush()
    return token


def forget_old_tickets(session: Session, *, at: datetime) -> int:
    """Drop the tickets that expired more than a day ago; how many there were."""
    return rows_changed(session.execute(delete(ScanTicket).where(ScanTicket.expires_at < at - timedelta(days=1))))


# --- what can be asked


def screen_token(activity: Activity, at: datetime) -> str:
    """What the leader's screen shows at `at`, the <code> of /s/<code>: "SCREENCODE-XXXXXXXX"."""
    return f"{activity.screen_code}-{codes.rotating(activity.secret, at)}"


def screen_digits(activity: Activity, at: datetime) -> str:
    """The six digits beside the QR, for people who cannot scan."""
    return codes.rotating_digits(activity.secret, at)


def poster_token(activity: Activity) -> str:
    """The <code> of the printed /s/<code>."""
    return activity.poster_code


def read(text: str, *, with_activity: bool) -> Reading:
    """What `text` stands for; `with_activity` says that the activity is known, so a bare code is a person's card.

    Raises InvalidCode.
    """
    if len(text) > LONGEST:
        raise InvalidCode(reason="too-long")
    kind = ""
    if address := typed.address(text):
        kind, text = address
        if kind not in "sc":
            raise InvalidCode(reason="not-for-check-in")
    code = typed.random_code(text)
    if kind == "c":
        return Reading(Kind.CARD, _checked(code))
    if len(code) == _SCREEN and codes.is_code(code[: codes.LENGTH]):
        return Reading(Kind.SCREEN, code[: codes.LENGTH], code[codes.LENGTH :])
    if kind == "s":
        return Reading(Kind.POSTER, _checked(code))
    if _DIGITS.match(digits := typed.digits(text)):
        return Reading(Kind.DIGITS, "", digits)
    if typed.NUMBER.match(number := typed.number(text)) and not codes.is_code(code):
        return Reading(Kind.PERSON, number)
    return Reading(Kind.CARD if with_activity else Kind.POSTER, _checked(code))


def identify(session: Session, asked: ScanRequest, *, by: Actor, ticked: bool = False) -> Subject:
    """Which person at which activity is meant; of a tick on the roster (`ticked`) the code is a volunteer's.

    Raises InvalidCode, AmbiguousCode, CodeExpired.
    """
    person_by: PersonKey = "id"
    person: str | int | None = by.volunteer_id
    if asked.volunteer is not None:
        person_by, person = "code", typed.number(asked.volunteer)
    if asked.ticket is not None:
        token_hash = secrets.token_hash(asked.ticket)
        if person is None:
            raise CodeExpired() if _no_ticket(session, token_hash) else AmbiguousCode(missing="volunteer")
        return Subject(Reading(Kind.TICKET, ""), "ticket", token_hash, person_by, person)
    reading = Reading(Kind.PERSON, asked.code) if ticked else read(asked.code, with_activity=asked.activity is not None)
    if reading.kind == Kind.SCREEN or reading.kind == Kind.POSTER:
        if person is None:
            raise AmbiguousCode(missing="volunteer")
        shown: ActivityKey = "screen" if reading.kind == Kind.SCREEN else "poster"
        return Subject(reading, shown, reading.value, person_by, person)
    if asked.activity is None:
        raise AmbiguousCode(missing="activity")
    if reading.kind == Kind.DIGITS:
        if person is None:
            raise AmbiguousCode(missing="volunteer")
    else:
        person_by, person = "card" if reading.kind == Kind.CARD else "code", reading.value
    return Subject(reading, "code", asked.activity, person_by, person)


def refuse_unknown(session: Session, subject: Subject) -> NoReturn:
    """Say why nothing was found. Raises CodeExpired, CodeRevoked or InvalidCode."""
    if subject.activity_by == "ticket" and _no_ticket(session, subject.activity):
        raise CodeExpired()
    if subject.person_by == "card" and session.scalar(select(Card.revoked_at).where(Card.code == subject.person)):
        raise CodeRevoked()
    raise InvalidCode()


def refuse_stale(secret: str, reading: Reading, at: datetime) -> None:
    """Refuse a rotating code or six digits that the screen showed neither now nor one step ago.

    Raises CodeExpired.
    """
    if reading.kind not in (Kind.SCREEN, Kind.DIGITS):
        return
    shown = codes.rotating if reading.kind == Kind.SCREEN else codes.rotating_digits
    if not any(
        hmac.compare_digest(shown(secret, at, steps_ago=steps).encode(), reading.proof.encode()) for steps in (0, 1)
    ):
        raise CodeExpired()


def method_of(reading: Reading) -> Method:
    """How a stay is noted that this code opens; a card or a volunteer's code is read by staff."""
    return _METHODS.get(reading.kind, Method.STAFF_SCAN)


def activity_of(session: Session, *, ticket: str | None = None, reading: Reading | None = None) -> str:
    """The code of the activity that a ticket stands for, or a screen or poster, however old; empty for none."""
    if ticket is not None:
        held = ScanTicket.token_hash == secrets.token_hash(ticket)
        found = select(Activity.code).join(ScanTicket, ScanTicket.activity_id == Activity.id).where(held)
    elif reading is not None and reading.kind in (Kind.SCREEN, Kind.POSTER):
        shown = Activity.screen_code if reading.kind == Kind.SCREEN else Activity.poster_code
        found = select(Activity.code).where(shown == reading.value)
    else:
        return ""
    return session.scalar(found) or ""


_METHODS = {Kind.SCREEN: Method.SCAN_DYNAMIC, Kind.DIGITS: Method.CODE6, Kind.POSTER: Method.SCAN_STATIC}


def _read_activity(session: Session, code: str, activity: str | None, at: datetime) -> tuple[Activity, Method]:
    reading = read(code, with_activity=False)
    if reading.kind == Kind.DIGITS:
        if activity is None:
            raise AmbiguousCode(missing="activity")
        condition = Activity.code == activity
    elif reading.kind == Kind.SCREEN:
        condition = Activity.screen_code == reading.value
    elif reading.kind == Kind.POSTER:
        condition = Activity.poster_code == reading.value
    else:
        raise InvalidCode(reason="not-an-activity")
    found = session.scalars(select(Activity).where(condition)).first()
    if found is None or found.status not in (ActivityStatus.CANCELLED, *PUBLIC):
        raise InvalidCode()
    refuse_stale(found.secret, reading, at)
    return found, method_of(reading)


def _named(session: Session, code: str) -> str:
    try:
        return activity_of(session, reading=read(code, with_activity=False))
    except InvalidCode:
        return ""


def _no_ticket(session: Session, token_hash: str) -> bool:
    return session.scalar(select(ScanTicket.id).where(ScanTicket.token_hash == token_hash)) is None


def _checked(code: str) -> str:
    if not codes.is_code(code):
        raise InvalidCode(reason="mistyped")
    return code
