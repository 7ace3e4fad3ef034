"""Activities: dated service occasions, from draft to archive (domain §3.3)."""

from points.service.activities.guards import require_runner
from points.service.activities.looking import (
    by_code,
    categories,
    in_reach,
    listing,
    locked,
    public_listing,
    seen,
    titles,
    waiting_for_approval,
)
from points.service.activities.planning import (
    AFTER_PUBLICATION,
    CHANGEABLE,
    add_category,
    add_theme,
    backfill,
    change,
    draft,
)
from points.service.activities.refusals import (
    ActivityIncomplete,
    ActivityInvalid,
    ChangedMeanwhile,
    SelfApproval,
    WrongState,
)
from points.service.activities.running import (
    OPENS_BEFORE,
    advance,
    approve,
    cancel,
    extend,
    mark_settled,
    send_back,
    submit,
)
from points.service.activities.tables import PUBLIC, Activity, ActivityCategory, MonthlyTheme, breaks_of

__all__ = [
    "AFTER_PUBLICATION",
    "CHANGEABLE",
    "OPENS_BEFORE",
    "PUBLIC",
    "Activity",
    "ActivityCategory",
    "ActivityIncomplete",
    "ActivityInvalid",
    "ChangedMeanwhile",
    "MonthlyTheme",
    "SelfApproval",
    "WrongState",
    "add_category",
    "add_theme",
    "advance",
    "approve",
    "backfill",
    "breaks_of",
    "by_code",
    "cancel",
    "categories",
    "change",
    "draft",
    "extend",
    "in_reach",
    "listing",
    "locked",
    "mark_settled",
    "public_listing",
    "require_runner",
    "seen",
    "send_back",
    "submit",
    "titles",
    "waiting_for_approval",
]
