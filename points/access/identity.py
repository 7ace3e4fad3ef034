"""Identity at the counter: PIN, the last digits of the phone, or two staff who know the person (domain §3.7)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from points.access import accounts, attempts, sign_ins
from points.foundation import clock, secrets, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.people import persons
from points.people.tables import Volunteer

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
    if person is not None and not attempts.are_used_up(session, subject=f"pin:{person.code}", at=at):
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
    attempts.check(session, subject=f"pin:{person.code}", secret=pin, secret_hash=person.pin_hash, at=at)
    return Identity(check=IdentityCheck.CARD_PIN if card else IdentityCheck.PIN)


def verify_phone4(session: Session, *, volunteer: str, digits: str, at: datetime) -> Identity:
    """Check the last four digits of the phone, which the person says. Raises NoSuch, TooManyAttempts or WrongSecret."""
    person = _locked(session, volunteer)
    expected = person.phone[-4:] if person.phone else None
    attempts.check_equal(session, subject=f"phone4:{person.code}", given=typed.digits(digits), expected=expected, at=at)
    return Identity(check=IdentityCheck.PHONE4)


def witness(session: Session, *, login: str, password: str, at: datetime) -> Actor:
    """The second staff member, who signs with login and password on the first one's screen; opens no session.

    Raises TooManyAttempts or WrongSecret.
    """
    account = sign_ins.checked_account(session, login=login, password=password, at=at)
    return accounts.actor(session, account.id, on=clock.local_date(at))


_READ = select(*(table_of(Volunteer).c[name] for name in ("code", "phone", "pin_hash"))).where(
    persons.called(bindparam("code"))
)
_LOCK = _READ.with_for_update(key_share=True, of=table_of(Volunteer))


def _locked(session: Session, code: str) -> Row[str, str | None, str | None]:
    """Code, phone and hash of the PIN, locked so that attempts made at once are counted one by one."""
    person: Row[str, str | None, str | None] | None = run(session, _LOCK, {"code": typed.number(code)}).first()
    if person is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    return person
