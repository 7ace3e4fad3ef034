"""Staff accounts and their role grants: the tables, who manages them, and who acts with them."""

from points.access.accounts.acting import actor, from_rows, volunteer_actor, with_grants
from points.access.accounts.managing import (
    AdministratorExists,
    LoginTaken,
    SetupLinkSpent,
    WeakPassword,
    add_grant,
    add_staff,
    by_login,
    choose_password,
    disable,
    first_administrator,
    grant,
    new_setup_link,
    revoke_grant,
    visible,
)
from points.access.accounts.placing import (
    NoSuchRole,
    Place,
    place_codes,
    place_of,
    require_manage,
    require_over,
    today_of,
)
from points.access.accounts.tables import Account, RoleGrant

__all__ = [
    "Account",
    "AdministratorExists",
    "LoginTaken",
    "NoSuchRole",
    "Place",
    "RoleGrant",
    "SetupLinkSpent",
    "WeakPassword",
    "actor",
    "add_grant",
    "add_staff",
    "by_login",
    "choose_password",
    "disable",
    "first_administrator",
    "from_rows",
    "grant",
    "new_setup_link",
    "place_codes",
    "place_of",
    "require_manage",
    "require_over",
    "revoke_grant",
    "today_of",
    "visible",
    "volunteer_actor",
    "with_grants",
]
