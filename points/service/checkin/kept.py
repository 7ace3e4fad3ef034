"""The same nonce, the same answer: what a scan was answered that left no scan behind, kept for thirty days.

A phone that lost the answer sends the same nonce again, minutes or days later. A check-in or check-out stands in its
own row; that somebody was in already, or was refused after a look at who comes where, stands here, so that asking
again never does anything else. What was not even read, such as a code that was too old, is no answer to keep.
"""

import dataclasses
import hashlib
import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.orm import table_of
from points.journal import idempotency, refusals
from points.journal.idempotency import Answer, Asked
from points.journal.tables import IdempotencyKey
from points.service.checkin.refusals import NonceReused, ScanRefusal
from points.service.checkin.scanned import ScanRequest
from points.service.statuses import Direction

ROUTE = "scan"
KEY = table_of(IdempotencyKey)

# --- what there is


@dataclasses.dataclass(frozen=True)
class Repeated:
    """What a second tap was answered: the direction and the stay as it was then."""

    direction: Direction
    session: str
    occurred_at: datetime
    in_at: datetime
    out_at: datetime | None
    flags: tuple[str, ...]


# --- what happens


def keep(session: Session, asked: ScanRequest, said: Repeated | ScanRefusal, *, device: str, at: datetime) -> None:
    """Keep what this nonce of this device was answered."""
    if isinstance(said, ScanRefusal):
        answer = Answer(idempotency.REFUSED, refusals.written(said))
    else:
        answer = Answer(200, json.dumps(dataclasses.asdict(said), default=_written, ensure_ascii=False).encode())
    idempotency.remember(session, _key(asked, device), answer, at=at)


# --- what can be asked


def found(session: Session, key_id: int, asked: ScanRequest, *, device: str) -> Repeated:
    """What was answered. Raises the refusal that was, or NonceReused when another scan was sent with this nonce."""
    try:
        answer = idempotency.recall(session, key_id, fingerprint=_key(asked, device).fingerprint)
    except idempotency.KeyReused as reused:
        raise NonceReused() from reused
    if answer.status == idempotency.REFUSED:
        raise refusals.read(answer.body)
    what = json.loads(answer.body, object_hook=_read)
    return Repeated(**{**what, "direction": Direction(what["direction"]), "flags": tuple(what["flags"])})


def earlier_key(session: Session, asked: ScanRequest, *, device: str) -> int | None:
    """The key that keeps what this nonce was answered, if there is one."""
    key = _key(asked, device)
    return session.scalar(
        select(KEY.c.id).where(KEY.c.caller == key.caller, KEY.c.route == ROUTE, KEY.c.key == key.key)
    )


def _key(asked: ScanRequest, device: str) -> Asked:
    said = {name: value for name, value in dataclasses.asdict(asked).items() if name not in ("nonce", "device")}
    written = json.dumps(said, default=_written, sort_keys=True, ensure_ascii=False)
    return Asked(device, ROUTE, asked.nonce, hashlib.sha256(written.encode()).hexdigest())


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return list(value) if isinstance(value, tuple | set | frozenset) else str(value)


def _read(found: dict[str, object]) -> object:
    return datetime.fromisoformat(str(found["at"])) if found.keys() == {"at"} else found
