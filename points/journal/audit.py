"""The audit log: who, as what role, did what to what, when and why. Append-only, kept ten years."""

from collections.abc import Mapping
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.orm import adding
from points.foundation.statements import run
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
    run(
        session,
        ADD,
        [
            {
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
        ],
    )
