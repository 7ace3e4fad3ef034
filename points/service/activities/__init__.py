"""Activities: dated service occasions, from draft to archive (domain §3.3)."""

from points.service.activities.categories import add_usual
from points.service.activities.emergencies import start
from points.service.activities.guards import require_runner, wrote
from points.service.activities.leading import forget_contact, hand_over, led_to_come
from points.service.activities.lifecycle import (
    OPENS_BEFORE,
    advance,
    approve,
    cancel,
    extend,
    send_back,
    submit,
)
from points.service.activities.plan import AFTER_PUBLICATION, CHANGEABLE, Kind, Plan
from points.service.activities.planning import add_category, add_theme, backfill, by_its_kind, change, draft, keep
from points.service.activities.queries import (
    Which,
    by_code,
    categories,
    in_reach,
    like,
    listing,
    locked,
    plan_of,
    public_listing,
    seen,
    templates,
    titles,
    waiting_for_approval,
)
from points.service.activities.refusals import (
    ActivityIncomplete,
    ActivityInvalid,
    ChangedMeanwhile,
    SelfApproval,
    WrongState,
)

__all__ = [
    "AFTER_PUBLICATION",
    "CHANGEABLE",
    "OPENS_BEFORE",
    "ActivityIncomplete",
    "ActivityInvalid",
    "ChangedMeanwhile",
    "Kind",
    "Plan",
    "SelfApproval",
    "Which",
    "WrongState",
    "add_category",
    "add_theme",
    "add_usual",
    "advance",
    "approve",
    "backfill",
    "by_code",
    "by_its_kind",
    "cancel",
    "categories",
    "change",
    "draft",
    "extend",
    "forget_contact",
    "hand_over",
    "in_reach",
    "keep",
    "led_to_come",
    "like",
    "listing",
    "locked",
    "plan_of",
    "public_listing",
    "require_runner",
    "seen",
    "send_back",
    "start",
    "submit",
    "templates",
    "titles",
    "waiting_for_approval",
    "wrote",
]
