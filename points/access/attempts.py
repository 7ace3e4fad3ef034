"""Wrong passwords and PINs, counted in the database, so that guessing is slow on every worker alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from points.access.tables import FailedAttempt
from points.foundation import secrets
from points.foundation.errors import N_, NotAllowed
from points.foundation.orm import table_of
from points.foundation.statements import run

ALLOWED = 5
WINDOW = timedelta(minutes=15)

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


def check(session: Session, *, subject: str, secret: str, secret_hash: str | None, at: datetime) -> None:
    """Compare `secret` with its hash; a right one clears the count, a wrong one is counted.

    The caller has locked the row that holds the hash, so that attempts made at once are counted one by one.
    Raises TooManyAttempts, before looking at the secret, or WrongSecret.
    """
    _decide(session, subject=subject, at=at, right=lambda: secrets.matches(secret, secret_hash))


def check_equal(session: Session, *, subject: str, given: str, expected: str | None, at: datetime) -> None:
    """As `check` for something that is known and not secret, such as the last digits of a phone."""
    _decide(session, subject=subject, at=at, right=lambda: bool(expected) and given == expected)


def are_used_up(session: Session, *, subject: str, at: datetime) -> bool:
    """Whether `check` would refuse before looking at the secret."""
    return len(_lately(session, subject, at)) >= ALLOWED


def forget_old(session: Session, *, at: datetime) -> int:
    """Drop the attempts that count no longer; how many there were."""
    old = delete(FailedAttempt).where(FailedAttempt.created_at <= at - WINDOW)
    return len(session.execute(old.returning(FailedAttempt.id)).all())


_ATTEMPT = table_of(FailedAttempt)
_LATELY = (
    select(_ATTEMPT.c.created_at)
    .where(_ATTEMPT.c.subject == bindparam("of"), _ATTEMPT.c.created_at > bindparam("since"))
    .order_by(_ATTEMPT.c.created_at.desc())
    .limit(ALLOWED)
)


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
