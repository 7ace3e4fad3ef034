"""Acting once: the same request sent twice is done once and answered alike, by a key that is kept for 30 days.

The one mechanism of the pages' forms and of the API's `Idempotency-Key`; its edge is `points.http.once`. The key and
what it stands for are one transaction, kept or lost together. A refusal is an answer too: the transaction of the act is
lost with it, so it is kept in the next one, unless somebody with the same key was faster; then theirs is the answer.

A scan carries its key in its own row (`UNIQUE(device, nonce)`) and has none here; a redemption has both
(`UNIQUE(client_token)`). There one row is both the key and what it stands for, its fields say whether the repeat asks
for the same, and it is found by the statement that looks at the person anyway; a key beside it would cost a scan two
statements of its four, and would not outlive 30 days, which a gun's memory or a receipt does. What a scan was answered
that left no such row, “already in” or a refusal, is remembered here, and found by that same statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, LargeBinary, bindparam, delete, func, literal, select, update
from sqlalchemy.orm import Session

from points.foundation.errors import N_, Conflict, Invalid, Refusal
from points.foundation.orm import dialect_of, on_both, table_of
from points.foundation.statements import run
from points.journal import refusals
from points.journal.tables import IdempotencyKey

KEPT = timedelta(days=30)
REFUSED = 400
"""The status of a refusal as it is kept; which one it is for whom is said by the edge."""

# --- what there is


@dataclass(frozen=True)
class Asked:
    """Who asks for what, and under which key: `fingerprint` is the same for the same request, whatever its key.

    What was `corrected` may be sent with the key of what was refused: a page of a form that somebody goes back to.
    """

    caller: str
    route: str
    key: str
    fingerprint: str
    corrected: bool = False

    @property
    def row(self) -> dict[str, object]:
        """What is kept of it."""
        return {name: value for name, value in vars(self).items() if name != "corrected"}


@dataclass(frozen=True)
class Answer:
    """What a request was answered; `repeated` when an earlier one with the same key had been answered so."""

    status: int
    body: bytes
    repeated: bool = False


# --- what is refused


@dataclass
class AlreadyRefused(Exception):
    """The answer to this key was a refusal; whoever asks again is refused by it again."""

    refusal: Refusal


@dataclass(eq=False)
class KeyReused(Invalid):
    """The key stands for another request."""

    decided = False
    code = "idempotency-key-reused"
    title = N_("This key was used for something else")
    detail = N_("The idempotency key was first sent with a different request.")
    next_step = N_("Use a new key for a new request.")


@dataclass(eq=False)
class StillRunning(Conflict):
    """The first request with this key has not been answered yet."""

    decided = False
    code = "still-running"
    title = N_("Still being done")
    detail = N_("The first request with this key has not been answered yet.")
    next_step = N_("Wait a moment and ask again with the same key.")


# --- what happens


def once(session: Session, asked: Asked, act: Callable[[], Answer], *, at: datetime) -> Answer:
    """Do `act` once for this key, in the request's own transaction; its answer, or the first one's.

    A request with the same key at the same time waits here for the first one's commit, then gets its answer. A refusal
    that keeps its writes is kept with them; any other is kept by `refused`, after the transaction that it ended.
    Raises KeyReused for another fingerprint, StillRunning when the first has no answer, AlreadyRefused when it was a
    refusal, and what `act` raises.
    """
    first = _claim(session, asked, at=at)
    if first is not None:
        return first
    try:
        answer = act()
    except Refusal as refusal:
        if refusal.keeps_writes:
            run(session, _ANSWER, {**_this(asked), "said_status": REFUSED, "said": refusals.written(refusal)})
        raise
    run(session, _ANSWER, {**_this(asked), "said_status": answer.status, "said": answer.body})
    return answer


def refused(session: Session, asked: Asked, refusal: Refusal, *, at: datetime) -> Answer | None:
    """Keep what ended the transaction of the act; None, or what somebody with the same key was answered meanwhile.

    Raises AlreadyRefused when that was a refusal, too, and as `once`.
    """
    first = _claim(session, asked, at=at)
    if first is None:
        run(session, _ANSWER, {**_this(asked), "said_status": REFUSED, "said": refusals.written(refusal)})
    return first


def remember(session: Session, asked: Asked, answer: Answer, *, at: datetime) -> None:
    """Keep what was answered where the act itself left no row that tells it; what stands there already stays."""
    row = {**asked.row, "status": answer.status, "answer": answer.body, "created_at": at, "created_by": asked.caller}
    run(session, _KEEP[dialect_of(session)], row)


def recall(session: Session, key_id: int, *, fingerprint: str) -> Answer:
    """What was kept so. Raises KeyReused for another fingerprint."""
    first = session.execute(select(_KEY.c.fingerprint, _KEY.c.status, _KEY.c.answer).where(_KEY.c.id == key_id)).one()
    if first.fingerprint != fingerprint:
        raise KeyReused()
    return Answer(first.status, first.answer, repeated=True)


def forget_old(session: Session, *, at: datetime) -> int:
    """Drop the keys older than 30 days; how many there were."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < at - KEPT)
    return len(session.execute(old.returning(IdempotencyKey.id)).all())


def forget_about(session: Session, *, word: str) -> None:
    """Drop the keys whose answers hold a word, the number of somebody who is to be forgotten, before their 30 days."""
    held = func.instr if dialect_of(session) == "sqlite" else _position
    session.execute(delete(IdempotencyKey).where(held(_KEY.c.answer, literal(word.encode(), LargeBinary)) > 0))


def _position(column: ColumnElement[bytes | None], part: ColumnElement[bytes]) -> ColumnElement[int]:
    return func.position(part.op("IN")(column), type_=Integer)


_KEY = table_of(IdempotencyKey)
_THIS = tuple(_KEY.c[name] == bindparam(f"this_{name}") for name in ("caller", "route", "key"))
_CLAIM = on_both(_KEY, lambda insert: insert.on_conflict_do_nothing().returning(_KEY.c.id))
_KEEP = on_both(_KEY, lambda insert: insert.on_conflict_do_nothing())
_FIRST = select(_KEY.c.fingerprint, _KEY.c.status, _KEY.c.answer).where(*_THIS)
_ANSWER = update(_KEY).where(*_THIS).values(status=bindparam("said_status"), answer=bindparam("said"))
_AGAIN = (
    update(_KEY)
    .where(*_THIS, _KEY.c.status == REFUSED, _KEY.c.fingerprint != bindparam("asked_now"))
    .values(status=None, answer=None, fingerprint=bindparam("asked_now"))
    .returning(_KEY.c.id)
)


def _claim(session: Session, asked: Asked, *, at: datetime) -> Answer | None:
    row = {**asked.row, "created_at": at, "created_by": asked.caller}
    if run(session, _CLAIM[dialect_of(session)], row).scalar() is not None:
        return None
    if asked.corrected and run(session, _AGAIN, {**_this(asked), "asked_now": asked.fingerprint}).scalar() is not None:
        return None
    first = run(session, _FIRST, _this(asked)).one()
    if first.fingerprint != asked.fingerprint:
        raise KeyReused()
    if first.status is None:
        raise StillRunning()
    if first.status == REFUSED:
        raise AlreadyRefused(refusals.read(first.answer or b""))
    return Answer(first.status, first.answer or b"", repeated=True)


def _this(asked: Asked) -> dict[str, object]:
    return {f"this_{name}": getattr(asked, name) for name in ("caller", "route", "key")}
