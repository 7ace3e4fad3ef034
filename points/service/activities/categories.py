"""The kinds of service that most streets begin with (domain §3.4); a street may add its own."""

from datetime import datetime

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.service.activities import planning, queries
from points.service.activities.plan import Kind

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


# --- what happens


def add_usual(session: Session, *, by: Actor, at: datetime) -> int:
    """Add the usual kinds that are not there yet; how many they were. Raises NotPermitted."""
    there = {one.code for one in queries.categories(session)}
    missing = [kind for kind in USUAL if kind.code not in there]
    for kind in missing:
        planning.add_category(session, kind, by=by, at=at)
    return len(missing)
