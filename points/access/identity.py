"""Identity: PIN, the last digits of the phone, or two staff who know the person (domain §3.7); a password.

What is wrong is counted in the database, so that guessing is slow on every worker alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, bindparam, delete, select
from sqlalchemy.orm import Session

from points.access import accounts
from points.access.tables import Account, FailedAttempt
from points.foundation import clock, secrets, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch, NotAllowed
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.people import persons
from points.people.tables import Volunteer

ALLOWED = 5
WINDOW = timedelta(minutes=15)

# --- what there is


class IdentityCheck(StrEnum):
    """How it is made sure who somebody is."""

    PIN = "pin"
    PHONE4 = "phone4"
    CARD_PIN = "card_pin"
    KNOWN_BY_TWO = "known_by_two"


WITH_PIN = (IdentityCheck.PIN, IdentityCheck.CARD_PIN)


@dataclass(frozen=True)
class Identity:
    """How a person's identity was checked; `second` is the other staff member of `known_by_two`."""

    check: IdentityCheck
    second: Actor | None = None


@dataclass(frozen=True)
class Shown:
    """What somebody at the counter said or showed, as page or API asked for it. Nothing of it is checked yet.

    `digits` are the last four of the phone; `login` and `password` are of the colleague who knows the person too.
    """

    check: IdentityCheck
    pin: str = ""
    digits: str = ""
    login: str = ""
    password: str = ""


# --- what is refused


@dataclass(eq=False)
class TooManyAttempts(NotAllowed):
    """Five wrong within fifteen minutes; `retry_after` in seconds."""

    code = "too-many-attempts"
    title = N_("Too many wrong attempts")
    detail = N_("There were too many wrong attempts. Locked for %(minutes)d more minutes.")
    next_step = N_("Wait, or ask at the station for a new PIN.")
    retry_after: int

    def facts(self) -> dict[str, object]:
        """With the minutes that a person counts in, rounded up."""
        return {**super().facts(), "minutes": -(-self.retry_after // 60)}


@dataclass(eq=False)
class WrongSecret(NotAllowed):
    """Name and secret do not belong together; which of the two is wrong is not said. The attempt is counted."""

    code = "wrong-secret"
    title = N_("That was not right")
    detail = N_("The name or the password or PIN is wrong.")
    next_step = N_("Try again; %(left)s attempts are left.")
    keeps_writes = True
    left: int


# --- what happens


def compared(session: Session, shown: Shown, *, volunteer: str, at: datetime) -> Shown:
    """The same with its PIN, if one was asked for, compared already with what it must match.

    Done before anything is locked, since argon2 takes as long as an exchange; decided and counted is by `checked`, in
    the transaction that follows. Who had too many attempts is not compared again.
    """
    if shown.check not in WITH_PIN:
        return shown
    pin = secrets.Typed(shown.pin)
    person = run(session, _READ, {"code": typed.number(volunteer)}).first()
    if person is not None and len(_lately(session, f"pin:{person.code}", at)) < ALLOWED:
        pin.matches(person.pin_hash)
    return replace(shown, pin=pin)


def checked(session: Session, shown: Shown, *, volunteer: str, at: datetime) -> Identity:
    """Check what was shown by or for this volunteer. Raises NoSuch, TooManyAttempts or WrongSecret."""
    match shown.check:
        case IdentityCheck.PHONE4:
            return verify_phone4(session, volunteer=volunteer, digits=shown.digits, at=at)
        case IdentityCheck.KNOWN_BY_TWO:
            return Identity(shown.check, second=witness(session, login=shown.login, password=shown.password, at=at))
    card = shown.check == IdentityCheck.CARD_PIN
    return verify_pin(session, volunteer=volunteer, pin=shown.pin, at=at, card=card)


def verify_pin(session: Session, *, volunteer: str, pin: str, at: datetime, card: bool = False) -> Identity:
    """Check the PIN of a volunteer, whose card was read or whose code was typed.

    Raises NoSuch, TooManyAttempts or WrongSecret.
    """
    person = _locked(session, volunteer)
    check_secret(session, subject=f"pin:{person.code}", secret=pin, secret_hash=person.pin_hash, at=at)
    return Identity(check=IdentityCheck.CARD_PIN if card else IdentityCheck.PIN)


def verify_phone4(session: Session, *, volunteer: str, digits: str, at: datetime) -> Identity:
    """Check the last four digits of the phone, which the person says. Raises NoSuch, TooManyAttempts or WrongSecret."""
    person = _locked(session, volunteer)
    expected = person.phone[-4:] if person.phone else None
    right = expected is not None and typed.digits(digits) == expected
    _decide(session, subject=f"phone4:{person.code}", at=at, right=lambda: right)
    return Identity(check=IdentityCheck.PHONE4)


def witness(session: Session, *, login: str, password: str, at: datetime) -> Actor:
    """The second staff member, who signs with login and password on the first one's screen; opens no session.

    Raises TooManyAttempts or WrongSecret.
    """
    account = checked_account(session, login=login, password=password, at=at)
    return accounts.actor(session, account.id, on=clock.local_date(at))


def checked_account(session: Session, *, login: str, password: str, at: datetime) -> Account:
    """The active account with this login and password. Raises TooManyAttempts or WrongSecret."""
    account = session.scalars(
        select(Account).where(Account.login == login).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).first()
    check_secret(
        session,
        subject=f"account:{login}"[:80],
        secret=password,
        secret_hash=account.password_hash if account and account.status == "active" else None,
        at=at,
    )
    assert account is not None
    return account


def check_secret(session: Session, *, subject: str, secret: str, secret_hash: str | None, at: datetime) -> None:
    """Compare `secret` with its hash; a right one clears the count, a wrong one is counted.

    The caller has locked the row that holds the hash, so that attempts made at once are counted one by one.
    Raises TooManyAttempts, before looking at the secret, or WrongSecret.
    """
    _decide(session, subject=subject, at=at, right=lambda: secrets.matches(secret, secret_hash))


def forget_old_attempts(session: Session, *, at: datetime) -> int:
    """Drop the attempts that count no longer; how many there were."""
    old = delete(FailedAttempt).where(FailedAttempt.created_at <= at - WINDOW)
    return len(session.execute(old.returning(FailedAttempt.id)).all())


_READ = select(*(table_of(Volunteer).c[name] for name in ("code", "phone", "pin_hash"))).where(
    persons.called(bindparam("code"))
)
_LOCK = _READ.with_for_update(key_share=True, of=table_of(Volunteer))
_ATTEMPT = table_of(FailedAttempt)
_LATELY = (
    select(_ATTEMPT.c.created_at)
    .where(_ATTEMPT.c.subject == bindparam("of"), _ATTEMPT.c.created_at > bindparam("since"))
    .order_by(_ATTEMPT.c.created_at.desc())
    .limit(ALLOWED)
)


def _locked(session: Session, code: str) -> Row[str, str | None, str | None]:
    """Code, phone and hash of the PIN, locked so that attempts made at once are counted one by one."""
    person: Row[str, str | None, str | None] | None = run(session, _LOCK, {"code": typed.number(code)}).first()
    if person is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    return person


def _lately(session: Session, subject: str, at: datetime) -> Sequence[datetime]:
    times: Sequence[datetime] = run(session, _LATELY, {"of": subject, "since": at - WINDOW}).scalars().all()
    return times


def _decide(session: Session, *, subject: str, at: datetime, right: Callable[[], bool]) -> None:
    times = _lately(session, subject, at)
    if len(times) >= ALLOWED:
        raise TooManyAttempts(retry_after=max(1, int((times[-1] + WINDOW - at).total_seconds())))
    if right():
        if times:
            session.execute(delete(FailedAttempt).where(FailedAttempt.subject == subject))
        return
    session.add(FailedAttempt(subject=subject, created_at=at, created_by=subject[:40]))
    session.flush()
    raise WrongSecret(left=ALLOWED - len(times) - 1)
