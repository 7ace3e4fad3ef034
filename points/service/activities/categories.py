"""The kinds of service that most streets begin with (domain §3.4); a street may add its own."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.service.activities import planning, queries

# --- what there is


class UsualKind(NamedTuple):
    """A kind of service: its coefficient in per cent, and what is asked of it."""

    code: str
    name: str
    coef_pct: int = 100
    hours_eligible: bool = True
    minors_ok: bool = True
    hazard_default: bool = False


USUAL = (
    UsualKind("environment", "环境卫生"),
    UsualKind("elderly_disabled", "助老助残", 120),
    UsualKind("policy", "政策宣讲"),
    UsualKind("civility", "文明劝导"),
    UsualKind("safety", "治安消防", 120, minors_ok=False),
    UsualKind("child", "四点半课堂", 120),
    UsualKind("care", "关怀走访", 110),
    UsualKind("skills", "便民专业服务", 130),
    UsualKind("culture", "文化文体"),
    UsualKind("mediation", "矛盾调解", 120, minors_ok=False),
    UsualKind("employment", "就业创业"),
    UsualKind("custom", "移风易俗"),
    UsualKind("emergency", "应急", 150, minors_ok=False, hazard_default=True),
    UsualKind("governance", "议事", hours_eligible=False),
    UsualKind("other", "其他"),
)


# --- what happens


def add_usual(session: Session, *, by: Actor, at: datetime) -> int:
    """Add the usual kinds that are not there yet; how many they were. Raises NotPermitted."""
    there = {one.code for one in queries.categories(session)}
    missing = [kind for kind in USUAL if kind.code not in there]
    for kind in missing:
        planning.add_category(session, **kind._asdict(), by=by, at=at)
    return len(missing)
