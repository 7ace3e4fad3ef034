"""Identity at the counter: PIN, the last digits of the phone, or two staff who know the person (domain §3.7)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from points.access import accounts, attempts, sign_ins, two_people
from points.foundation import clock, secrets, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch, NotAllowed
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


OWN_HAND_LASTS = timedelta(hours=24)
"""For so long a PIN or phone is no proof at the hand of who set it: long enough that the person hears of it."""
WITH_PIN = (IdentityCheck.PIN, IdentityCheck.CARD_PIN)


@dataclass(frozen=True)
class Identity:
    """How a person's identity was checked; `second` is the other staff member of `known_by_two`."""

    check: IdentityCheck
    second: Actor | None = None


@dataclass(eq=False)
class ProofByOwnHand(NotAllowed):
    """The PIN or the phone proves nothing at the hand of who set it within the last day."""

    code = "proof-by-own-hand"
    title = N_("You set this yourself a short while ago")
    detail = N_("Whoever sets a PIN or a phone for somebody cannot take it as proof before %(until)s.")
    next_step = N_("Let a colleague serve this person, or confirm together that you know them.")
    until: datetime


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


def compared(session: Session, shown: Shown, *, volunteer: str, clerk: Actor, at: datetime) -> Shown:
    """The same with its PIN, if one was asked for, compared already with what it must match.

    Done before anything is locked, since argon2 takes as long as an exchange; decided and counted is by `checked`, in
    the transaction that follows. Who had too many attempts is not compared again.
    """
    if shown.check not in WITH_PIN:
        return shown
    pin = secrets.Typed(shown.pin)
    person = run(session, _READ, {"code": typed.number(volunteer)}).first()
    if person is not None and not attempts.are_used_up(
        session, bucket=attempts.of_pin(person.code, _desk(clerk)), at=at
    ):
        pin.matches(person.pin_hash)
    return replace(shown, pin=pin)


def checked(session: Session, shown: Shown, *, volunteer: str, clerk: Actor, at: datetime) -> Identity:
    """Check what was shown to `clerk` by or for this volunteer.

    Raises NoSuch, TooManyAttempts, WrongSecret, or ProofByOwnHand for what `clerk` set in the last 24 hours.
    """
    match shown.check:
        case IdentityCheck.PHONE4:
            return verify_phone4(session, volunteer=volunteer, digits=shown.digits, clerk=clerk, at=at)
        case IdentityCheck.KNOWN_BY_TWO:
            second = witness(session, login=shown.login, password=shown.password, clerk=clerk, at=at)
            return Identity(shown.check, second=second)
    card = shown.check == IdentityCheck.CARD_PIN
    return verify_pin(session, volunteer=volunteer, pin=shown.pin, at=at, card=card, clerk=clerk)


def verify_pin(
    session: Session, *, volunteer: str, pin: str, at: datetime, card: bool = False, clerk: Actor | None = None
) -> Identity:
    """Check the PIN of a volunteer, whose card was read or whose code was typed, at the counter of `clerk`.

    What strangers try elsewhere is counted elsewhere, so that nobody locks a resident out of the counter.

    Raises NoSuch, TooManyAttempts or WrongSecret.
    """
    person = _locked(session, volunteer)
    _refuse_own_proof(session, person.pin_set_by, person.pin_set_at, clerk=clerk, at=at)
    attempts.check(
        session, bucket=attempts.of_pin(person.code, _desk(clerk)), secret=pin, secret_hash=person.pin_hash, at=at
    )
    return Identity(check=IdentityCheck.CARD_PIN if card else IdentityCheck.PIN)


def verify_phone4(
    session: Session, *, volunteer: str, digits: str, at: datetime, clerk: Actor | None = None
) -> Identity:
    """Check the last four digits of the phone, which the person says. Raises NoSuch, TooManyAttempts or WrongSecret."""
    person = _locked(session, volunteer)
    _refuse_own_proof(session, person.phone_set_by, person.phone_set_at, clerk=clerk, at=at)
    expected = person.phone[-4:] if person.phone else None
    bucket = attempts.Bucket(f"phone4:{person.code}")
    attempts.check_equal(session, bucket=bucket, given=typed.digits(digits), expected=expected, at=at)
    return Identity(check=IdentityCheck.PHONE4)


def witness(session: Session, *, login: str, password: str, clerk: Actor, at: datetime) -> Actor:
    """The second staff member, who signs with login and password on the screen of `clerk`; opens no session.

    Raises TooManyAttempts or WrongSecret.
    """
    bucket = attempts.of_login(login, f"by:{clerk.person}", known=True)
    account = sign_ins.checked_account(session, login=login, password=password, bucket=bucket, at=at)
    return accounts.actor(session, account.id, on=clock.local_date(at))


_SET = ("pin_set_by", "pin_set_at", "phone_set_by", "phone_set_at")
_READ = select(*(table_of(Volunteer).c[name] for name in ("code", "phone", "pin_hash", *_SET))).where(
    persons.called(bindparam("code"))
)
_LOCK = _READ.with_for_update(key_share=True, of=table_of(Volunteer))


def _desk(clerk: Actor | None) -> str:
    """At whose counter it is, as wrong attempts are counted; nobody's when people sign in by themselves."""
    return f"by:{clerk.person}" if clerk is not None else ""


def _refuse_own_proof(
    session: Session, set_by: str | None, set_at: datetime | None, *, clerk: Actor | None, at: datetime
) -> None:
    if clerk is None or set_by is None or set_at is None or at >= set_at + OWN_HAND_LASTS:
        return
    if two_people.is_one_hand(session, set_by, clerk, at=at):
        raise ProofByOwnHand(until=set_at + OWN_HAND_LASTS)


def _locked(session: Session, code: str) -> Row[str, str | None, str | None]:
    """Code, phone and hash of the PIN, locked so that attempts made at once are counted one by one."""
    person: Row[str, str | None, str | None] | None = run(session, _LOCK, {"code": typed.number(code)}).first()
    if person is None:
        raise NoSuch(kind=N_("volunteer"), key=code)
    return person
