"""Wrong passwords and PINs, counted in the database, so that guessing is slow on every worker alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from points.access.tables import FailedAttempt
from points.foundation import secrets
from points.foundation.errors import N_, NotAllowed
from points.foundation.orm import adding, table_of
from points.foundation.statements import run

ALLOWED = 5
ALLOWED_FROM_EVERYWHERE = 50
"""Of one login from all strange devices together, against who guesses from many addresses."""
WINDOW = timedelta(minutes=15)

# --- what there is


@dataclass(frozen=True)
class Bucket:
    """Where wrong attempts are counted: of whom, and by whom where that is known, so that nobody locks others out.

    `wider` counts those of all strange devices together.
    """

    subject: str
    wider: str | None = None


def of_login(login: str, source: str = "", *, known: bool = False) -> Bucket:
    """The bucket of a staff login as it is tried from `source`; a `known` device stays free of what strangers try."""
    account = f"account:{login}"[:48]
    return Bucket(f"{account}@{source}"[:80], None if known or not source else f"{account}@"[:80])


def of_pin(code: str, source: str = "") -> Bucket:
    """The bucket of a PIN: one for all strange devices, and one each for a known device and for staff who serve."""
    return Bucket(f"pin:{code}@{source}"[:80] if source else f"pin:{code}"[:80])


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
class StaffMustWait(TooManyAttempts):
    """As above, for who works here: no station gives them a PIN."""

    next_step = N_(
        "Wait, or sign in on the device where you did before, which is not locked; "
        "if you forgot it, your administrator makes you a new link."
    )


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


@dataclass(eq=False)
class LastWasWrong(WrongSecret):
    """Wrong, and the last attempt for now."""

    next_step = N_("That was the last attempt for now. Wait 15 minutes, or get help at the station.")


def check(session: Session, *, bucket: Bucket, secret: str, secret_hash: str | None, at: datetime) -> None:
    """Compare `secret` with its hash; a right one clears the count, a wrong one is counted.

    The caller has locked the row that holds the hash, so that attempts made at once are counted one by one.
    Raises TooManyAttempts, before looking at the secret, or WrongSecret.
    """
    _decide(session, bucket, at=at, right=lambda: secrets.matches(secret, secret_hash))


def check_equal(session: Session, *, bucket: Bucket, given: str, expected: str | None, at: datetime) -> None:
    """As `check` for something that is known and not secret, such as the last digits of a phone."""
    _decide(session, bucket, at=at, right=lambda: bool(expected) and given == expected)


def are_used_up(session: Session, *, bucket: Bucket, at: datetime) -> bool:
    """Whether `check` would refuse before looking at the secret."""
    return len(_lately(session, bucket.subject, at)) >= ALLOWED


def forgive(session: Session, *, login: str) -> None:
    """Forget what was tried at a login whose password was chosen anew."""
    account = f"account:{login}"[:48]
    session.execute(delete(FailedAttempt).where(FailedAttempt.subject.startswith(f"{account}@", autoescape=True)))


def forget_old(session: Session, *, at: datetime) -> int:
    """Drop the attempts that count no longer; how many there were."""
    old = delete(FailedAttempt).where(FailedAttempt.created_at <= at - WINDOW)
    return len(session.execute(old.returning(FailedAttempt.id)).all())


_ATTEMPT = table_of(FailedAttempt)
_COUNT = adding(FailedAttempt)
_LATELY = (
    select(_ATTEMPT.c.created_at)
    .where(_ATTEMPT.c.subject == bindparam("of"), _ATTEMPT.c.created_at > bindparam("since"))
    .order_by(_ATTEMPT.c.created_at.desc())
    .limit(bindparam("most"))
)


def _lately(session: Session, subject: str, at: datetime, limit: int = ALLOWED) -> Sequence[datetime]:
    parameters = {"of": subject, "since": at - WINDOW, "most": limit}
    times: Sequence[datetime] = run(session, _LATELY, parameters).scalars().all()
    return times


def _decide(session: Session, bucket: Bucket, *, at: datetime, right: Callable[[], bool]) -> None:
    staff = bucket.subject.startswith(("account:", "password:"))
    times = _lately(session, bucket.subject, at)
    _refuse_full(times, ALLOWED, staff=staff, at=at)
    if bucket.wider is not None:
        everywhere = _lately(session, bucket.wider, at, ALLOWED_FROM_EVERYWHERE)
        _refuse_full(everywhere, ALLOWED_FROM_EVERYWHERE, staff=staff, at=at)
    if right():
        if times:
            session.execute(delete(FailedAttempt).where(FailedAttempt.subject == bucket.subject))
        return
    counted = (bucket.subject, *([bucket.wider] if bucket.wider is not None else []))
    session.execute(_COUNT, [{"subject": one, "created_at": at, "created_by": one[:40]} for one in counted])
    left = ALLOWED - len(times) - 1
    raise WrongSecret(left=left) if left else LastWasWrong(left=left)


def _refuse_full(times: Sequence[datetime], allowed: int, *, staff: bool, at: datetime) -> None:
    if len(times) >= allowed:
        seconds = max(1, int((times[-1] + WINDOW - at).total_seconds()))
        raise (StaffMustWait if staff else TooManyAttempts)(retry_after=seconds)
