"""The kinds of service that most streets begin with (domain §3.4); a street may add its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.service.activities import planning
from points.service.activities.plan import Kind
from points.service.activities.refusals import ActivityInvalid
from points.service.tables import ActivityCategory

# --- what there is


USUAL = (
    Kind("environment", "环境卫生"),
    Kind("elderly_disabled", "助老助残", 120),
    Kind("policy", "政策宣讲"),
    Kind("civility", "文明劝导"),
    Kind("safety", "治安消防", 120, minors_ok=False),
    Kind("child", "四点半课堂", 120),
    Kind("care", "关怀走访", 110),
    Kind("skills", "便民专业服务", 130),
    Kind("culture", "文化文体"),
    Kind("mediation", "矛盾调解", 120, minors_ok=False),
    Kind("employment", "就业创业"),
    Kind("custom", "移风易俗"),
    Kind("emergency", "应急", 150, minors_ok=False, hazard_default=True),
    Kind("governance", "议事", hours_eligible=False),
    Kind("other", "其他"),
)


@dataclass(frozen=True, kw_only=True)
class KindChange:
    """What is to be changed of a kind of service; None leaves it as it is."""

    name: str | None = None
    coef_pct: int | None = None
    hours_eligible: bool | None = None
    minors_ok: bool | None = None
    hazard_default: bool | None = None


# --- what happens


def change_category(session: Session, *, category: str, to: KindChange, by: Actor, at: datetime) -> ActivityCategory:
    """Rename a kind of service or change what is asked of it, for activities to come.

    Its coefficient is what the next draft of the rules begins with. Raises NotPermitted, NoSuch or ActivityInvalid.
    """
    role = by.require_somewhere("ruleset.draft")
    found = _held(session, category)
    if to.coef_pct is not None and not 50 <= to.coef_pct <= 200:
        raise ActivityInvalid(field="coef_pct", why=N_("The coefficient lies between 50 and 200 percent."))
    changed = {name: value for name, value in vars(to).items() if value is not None and getattr(found, name) != value}
    for name, value in changed.items():
        setattr(found, name, value)
    session.flush()
    if changed:
        _note(session, found, "category.change", by=by, role=role, at=at, facts=changed)
    return found


def close_category(session: Session, *, category: str, reason: str, by: Actor, at: datetime) -> ActivityCategory:
    """Plan nothing of this kind any more; what is planned or done stays. Raises NotPermitted or NoSuch."""
    role = by.require_somewhere("ruleset.draft")
    found = _held(session, category)
    if found.active:
        found.active = False
        session.flush()
        _note(session, found, "category.close", by=by, role=role, at=at, reason=reason)
    return found


def reopen_category(session: Session, *, category: str, by: Actor, at: datetime) -> ActivityCategory:
    """Let activities of this kind be planned again. Raises NotPermitted or NoSuch."""
    role = by.require_somewhere("ruleset.draft")
    found = _held(session, category)
    if not found.active:
        found.active = True
        session.flush()
        _note(session, found, "category.reopen", by=by, role=role, at=at)
    return found


def add_usual(session: Session, *, by: Actor, at: datetime) -> int:
    """Add the usual kinds that are not there yet; how many they were. Raises NotPermitted."""
    there = {one.code for one in every_category(session)}
    missing = [kind for kind in USUAL if kind.code not in there]
    for kind in missing:
        planning.add_category(session, kind, by=by, at=at)
    return len(missing)


# --- what can be asked


def every_category(session: Session) -> list[ActivityCategory]:
    """The kinds of service, those in use first, in the order they were added."""
    return list(session.scalars(select(ActivityCategory).order_by(ActivityCategory.active.desc(), ActivityCategory.id)))


def _held(session: Session, code: str) -> ActivityCategory:
    found = session.scalars(select(ActivityCategory).where(ActivityCategory.code == code).with_for_update()).first()
    if found is None:
        raise NoSuch(kind=N_("activity category"), key=code)
    return found


def _note(session: Session, category: ActivityCategory, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"category:{category.code}", **act)
