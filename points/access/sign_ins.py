"""Sign-in and the sessions it opens: an opaque cookie whose hash is stored, listed and revocable per device."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from points.access import accounts, attempts
from points.access.attempts import TooManyAttempts as TooManyAttempts
from points.access.attempts import WrongSecret as WrongSecret
from points.access.tables import Account, SignIn
from points.foundation import clock, secrets, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.journal import audit
from points.people import persons
from points.people.tables import Card, MergedNumber, Volunteer

STAFF_SESSION = timedelta(hours=12)
VOLUNTEER_SESSION = timedelta(days=180)
SEEN_EVERY = timedelta(hours=1)
FRESH = timedelta(minutes=30)

# --- what happens


def sign_in_staff(
    session: Session,
    *,
    login: str,
    password: str,
    agent: str,
    at: datetime,
    source: str = "",
    known: bool = False,
) -> tuple[SignIn, str]:
    """Open a session of twelve hours; returns it and the cookie.

    Wrong passwords are counted by `source`, so that nobody locks a colleague out; `known` is a device on which this
    login signed in before.
    Raises TooManyAttempts, or WrongSecret for an unknown or disabled login as for a wrong password.
    """
    bucket = attempts.of_login(login, source, known=known)
    account = checked_account(session, login=login, password=password, bucket=bucket, at=at)
    return _open(session, account_id=account.id, person=login, agent=agent, lasts=STAFF_SESSION, at=at)


def sign_in_volunteer(
    session: Session, *, who: str, pin: str, agent: str, at: datetime, known: Callable[[str], str] = lambda code: ""
) -> tuple[SignIn, str]:
    """Open a session of 180 days for a phone, a volunteer code or a card, always with the PIN.

    `known` says the name of the device where the volunteer with a code signed in before, or nothing.

    Returns the session and the cookie.
    Raises TooManyAttempts, or WrongSecret for an unknown or closed volunteer, a revoked card or no PIN set
    as for a wrong PIN.
    """
    volunteer = _volunteer(session, who)
    code = volunteer.code if volunteer else f"?{secrets.token_hash(who)[:24]}"
    attempts.check(
        session,
        bucket=attempts.of_pin(code, known(code)),
        secret=pin,
        secret_hash=volunteer.pin_hash if volunteer and volunteer.status in _MAY_SIGN_IN else None,
        at=at,
    )
    assert volunteer is not None
    return _open(session, volunteer_id=volunteer.id, person=volunteer.code, agent=agent, lasts=VOLUNTEER_SESSION, at=at)


def open_approved(session: Session, *, volunteer: Volunteer, agent: str, at: datetime) -> tuple[SignIn, str]:
    """Open a session of 180 days on a phone that staff approved; part of `assisted.collect`."""
    return _open(session, volunteer_id=volunteer.id, person=volunteer.code, agent=agent, lasts=VOLUNTEER_SESSION, at=at)


def revoke(session: Session, *, by: Actor, at: datetime, cookie: str | None = None, name: str | None = None) -> None:
    """End one of one's own sessions: this one (by its cookie) or another from the list (by its name). Raises NoSuch."""
    statement = update(SignIn).where(SignIn.revoked_at.is_(None), _own(by))
    if cookie is not None:
        statement = statement.where(SignIn.token_hash == secrets.token_hash(cookie))
    else:
        named = [one.token_hash for one in mine(session, by=by, at=at) if one.name == name]
        statement = statement.where(SignIn.token_hash.in_(named))
    if session.execute(statement.values(revoked_at=at).returning(SignIn.id)).first() is None:
        raise NoSuch(kind=N_("session"), key=name or "")


def revoke_all(
    session: Session, *, by: Actor, at: datetime, login: str | None = None, volunteer: str | None = None
) -> int:
    """End every session of oneself, of an account or of a volunteer; how many that were.

    Raises NotPermitted or NoSuch.
    """
    statement = update(SignIn).where(SignIn.revoked_at.is_(None))
    if login is not None:
        account = accounts.by_login(session, login)
        role, target = accounts.require_over(session, account, by=by), f"account:{login}"
        statement = statement.where(SignIn.account_id == account.id)
    elif volunteer is not None:
        person = persons.by_code(session, volunteer)
        role, target = persons.own_or(by, person, "volunteer.suspend"), f"volunteer:{person.code}"
        statement = statement.where(SignIn.volunteer_id == person.id)
    else:
        role, target = "self", f"person:{by.person}"
        statement = statement.where(_own(by))
    ended = len(session.execute(statement.values(revoked_at=at).returning(SignIn.id)).all())
    audit.write(session, by=by, role=role, action="session.revoke_all", target=target, at=at, facts={"sessions": ended})
    return ended


def note_seen(session: Session, *, cookie: str, at: datetime) -> bool:
    """Note that the session is in use, at most once an hour; whether that was written now. One statement."""
    statement = update(SignIn).where(
        SignIn.token_hash == secrets.token_hash(cookie), SignIn.seen_at < at - SEEN_EVERY, SignIn.revoked_at.is_(None)
    )
    return session.execute(statement.values(seen_at=at).returning(SignIn.id)).first() is not None


def forget(session: Session, *, volunteer_id: int) -> None:
    """Delete the sign-ins of a volunteer who is to be forgotten, which say with what they signed in."""
    session.execute(delete(SignIn).where(SignIn.volunteer_id == volunteer_id))


# --- what can be asked


def actor(session: Session, cookie: str, *, at: datetime) -> Actor | None:
    """Who acts with this cookie, if its session is open at `at`; one statement, and nothing written."""
    return actor_and_due(session, cookie, at=at)[0]


def actor_and_due(session: Session, cookie: str, *, at: datetime) -> tuple[Actor | None, bool]:
    """As `actor`, and whether an hour has passed since `note_seen` noted that the session is in use."""
    parameters = {"token_hash": secrets.token_hash(cookie), "at": at, "on": clock.local_date(at)}
    rows = run(session, _BY_COOKIE, parameters).all()
    found = accounts.from_rows(rows)
    return found, found is not None and rows[0].seen_at < at - SEEN_EVERY


def mine(session: Session, *, by: Actor, at: datetime) -> list[SignIn]:
    """One's own open sessions, the latest first."""
    statement = select(SignIn).where(_own(by), SignIn.revoked_at.is_(None), SignIn.expires_at > at)
    return list(session.scalars(statement.order_by(SignIn.seen_at.desc(), SignIn.id.desc())))


def is_fresh(session: Session, *, cookie: str, at: datetime) -> bool:
    """Whether the person behind this cookie signed in within the last half hour, so that they were just recognised."""
    opened = select(SignIn.created_at).where(SignIn.token_hash == secrets.token_hash(cookie))
    created_at = session.scalar(opened)
    return created_at is not None and at - created_at <= FRESH


def checked_account(session: Session, *, login: str, password: str, bucket: attempts.Bucket, at: datetime) -> Account:
    """The active account with this login and password. Raises TooManyAttempts or WrongSecret."""
    account = session.scalars(
        select(Account).where(Account.login == login).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).first()
    attempts.check(
        session,
        bucket=bucket,
        secret=password,
        secret_hash=account.password_hash if account and account.status == "active" else None,
        at=at,
    )
    assert account is not None
    return account


def _volunteer(session: Session, who: str) -> Volunteer | None:
    """The volunteer whose phone, code or live card `who` is, locked so that attempts are counted one by one."""
    phone = typed.phone_digits(who)
    card = (
        select(func.coalesce(MergedNumber.kept_id, Card.volunteer_id))
        .select_from(Card)
        .outerjoin(MergedNumber, MergedNumber.gone_id == Card.volunteer_id)
        .where(Card.code == typed.random_code(who), Card.revoked_at.is_(None))
    )
    statement = select(Volunteer).where(
        or_(
            Volunteer.phone == phone if phone else persons.called(typed.number(who)),
            Volunteer.id.in_(card),
        )
    )
    return session.scalars(
        statement.with_for_update(key_share=True, of=Volunteer), execution_options={"populate_existing": True}
    ).first()


def _open(
    session: Session,
    *,
    person: str,
    agent: str,
    lasts: timedelta,
    at: datetime,
    account_id: int | None = None,
    volunteer_id: int | None = None,
) -> tuple[SignIn, str]:
    cookie = secrets.new_token()
    opened = SignIn(
        token_hash=secrets.token_hash(cookie),
        account_id=account_id,
        volunteer_id=volunteer_id,
        agent=agent[:120],
        seen_at=at,
        expires_at=at + lasts,
        created_at=at,
        created_by=person,
    )
    session.add(opened)
    session.flush()
    return opened, cookie


def _own(by: Actor) -> ColumnElement[bool]:
    if by.account_id is not None:
        return SignIn.account_id == by.account_id
    return SignIn.volunteer_id == by.volunteer_id


_MAY_SIGN_IN = ("pending", "active", "suspended")

_sign_in, _account, _volunteer_table = table_of(SignIn), table_of(Account), table_of(Volunteer)
_BY_COOKIE = accounts.with_grants(
    _sign_in.outerjoin(_account, _account.c.id == _sign_in.c.account_id).outerjoin(
        _volunteer_table,
        _volunteer_table.c.id == func.coalesce(_account.c.volunteer_id, _sign_in.c.volunteer_id),
    ),
    SignIn.seen_at,
).where(
    SignIn.token_hash == bindparam("token_hash"),
    SignIn.revoked_at.is_(None),
    SignIn.expires_at > bindparam("at"),
)
