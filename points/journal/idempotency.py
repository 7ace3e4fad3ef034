"""Idempotency keys: the same request sent twice is done once and answered alike (kept 30 days)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from points.foundation.errors import N_, Conflict, Invalid
from points.foundation.orm import dialect_of, on_both, table_of
from points.foundation.statements import run
from points.journal.tables import IdempotencyKey

KEPT = timedelta(days=30)

# --- what there is


@dataclass(frozen=True)
class FirstAnswer:
    """What the first request with this key was answered."""

    status: int
    body: bytes


# --- what is refused


@dataclass(eq=False)
class KeyReused(Invalid):
    """The key stands for another request."""

    code = "idempotency-key-reused"
    title = N_("This key was used for something else")
    detail = N_("The idempotency key was first sent with a different request.")
    next_step = N_("Use a new key for a new request.")


@dataclass(eq=False)
class StillRunning(Conflict):
    """The first request with this key has not been answered yet."""

    code = "still-running"
    title = N_("Still being done")
    detail = N_("The first request with this key has not been answered yet.")
    next_step = N_("Wait a moment and ask again with the same key.")


# --- what happens


def claim(
    session: Session, *, caller: str, route: str, key: str, fingerprint: str, at: datetime, by: str
) -> FirstAnswer | None:
    """Take `key` for this request, in the request's own transaction; the earlier answer if there is one.

    A concurrent request with the same key waits here for the first one's commit, then gets its answer.
    Raises KeyReused for another fingerprint, StillRunning when the first has no answer.
    """
    which = {"caller": caller, "route": route, "key": key}
    row = {**which, "fingerprint": fingerprint, "created_at": at, "created_by": by}
    claimed = run(session, _CLAIM[dialect_of(session)], row).scalar()
    if claimed is not None:
        return None
    first = run(session, _FIRST, _named(which)).one()
    if first.fingerprint != fingerprint:
        raise KeyReused()
    if first.status is None:
        raise StillRunning()
    return FirstAnswer(first.status, first.answer or b"")


def answer(session: Session, *, caller: str, route: str, key: str, status: int, body: bytes) -> None:
    """Keep what the request was answered, in the transaction that did it."""
    which = {"caller": caller, "route": route, "key": key}
    run(session, _ANSWER, {**_named(which), "said_status": status, "said": body})


def release(session: Session, *, caller: str, route: str, key: str) -> None:
    """Give `key` back unanswered: the request was refused, and only what a refusal keeps is committed."""
    run(session, _RELEASE, _named({"caller": caller, "route": route, "key": key}))


def forget_old(session: Session, *, at: datetime) -> int:
    """Drop the keys older than 30 days; how many there were."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < at - KEPT)
    return len(session.execute(old.returning(IdempotencyKey.id)).all())


_KEY = table_of(IdempotencyKey)
_THIS = tuple(_KEY.c[name] == bindparam(f"this_{name}") for name in ("caller", "route", "key"))
_CLAIM = on_both(_KEY, lambda insert: insert.on_conflict_do_nothing().returning(_KEY.c.id))
_FIRST = select(_KEY.c.fingerprint, _KEY.c.status, _KEY.c.answer).where(*_THIS)
_ANSWER = update(_KEY).where(*_THIS).values(status=bindparam("said_status"), answer=bindparam("said"))
_RELEASE = delete(_KEY).where(*_THIS)


def _named(which: dict[str, str]) -> dict[str, Any]:
    return {f"this_{name}": value for name, value in which.items()}
