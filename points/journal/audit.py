"""The audit log: who, as what role, did what to what, when and why. Append-only, kept ten years."""

from collections.abc import Mapping
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.orm import adding
from points.foundation.statements import Writes, run
from points.journal.tables import AuditEntry

# --- what there is

ADD = adding(AuditEntry)
"""The statement that adds acts, for who writes very many at once."""


class Act(TypedDict):
    """What every room says alike of an act: who, in which role, when, and why and with which facts where there are any.

    A room's own note adds the target and the place: `**act: Unpack[audit.Act]`.
    """

    by: Actor
    role: str
    at: datetime
    reason: NotRequired[str]
    facts: NotRequired[Mapping[str, object] | None]


# --- what happens


def write(session: Session, *, action: str, target: str, area_path: str | None = None, **act: Unpack[Act]) -> None:
    """Note one act in the transaction that does it; one statement."""
    run(session, ADD, entry(action=action, target=target, area_path=area_path, **act))


def gather(writes: Writes, *, action: str, target: str, area_path: str | None = None, **act: Unpack[Act]) -> None:
    """As `write`, together with what else the use case writes."""
    writes.insert(AuditEntry, [entry(action=action, target=target, area_path=area_path, **act)])


# --- what can be asked


def entry(*, action: str, target: str, area_path: str | None = None, **act: Unpack[Act]) -> dict[str, object]:
    """The row that says so, for who sends it together with other rows."""
    return {
        "created_at": act["at"],
        "created_by": act["by"].person,
        "role": act["role"],
        "account_id": act["by"].account_id,
        "action": action,
        "target": target,
        "area_path": area_path,
        "reason": act.get("reason", ""),
        "facts": dict(act.get("facts") or {}),
    }
