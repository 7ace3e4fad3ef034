"""Roles, and which action each allows (domain §3.10). The only place where a role's name means something."""

ROLES = (
    "team_leader",
    "station_staff",
    "community_admin",
    "neighbour_lead",
    "unit_liaison",
    "street_admin",
    "auditor",
    "sysadmin",
)
PAID_STAFF = frozenset({"station_staff", "community_admin", "street_admin"})
"""Roles whose holders are on duty in office hours, and then earn no hours at their own place (domain §3.4 rule 8)."""

ACTIONS: dict[str, frozenset[str]] = {
    action: frozenset(roles.split())
    for action, roles in {
        # people
        "volunteer.register": "station_staff community_admin neighbour_lead street_admin",
        "volunteer.see": "station_staff community_admin street_admin",
        "volunteer.change": "community_admin street_admin",
        "volunteer.suspend": "community_admin street_admin",
        "volunteer.merge": "community_admin street_admin",
        "volunteer.sign_in": "station_staff community_admin street_admin",
        "counter.serve": "station_staff",
        "card.issue": "station_staff community_admin street_admin",
        "household.change": "station_staff community_admin street_admin",
        "team.see": "team_leader community_admin street_admin auditor",
        "team.change": "community_admin street_admin",
        "team.members": "team_leader community_admin street_admin",
        "unit.see": "unit_liaison community_admin street_admin auditor",
        "unit.change": "street_admin",
        "unit.members": "community_admin street_admin",
        # service
        "activity.see": "team_leader station_staff community_admin unit_liaison street_admin auditor",
        "activity.create": "team_leader community_admin street_admin",
        "activity.propose": "team_leader community_admin unit_liaison street_admin",
        "activity.approve": "community_admin street_admin",
        "activity.approve_special": "street_admin",
        "activity.run": "team_leader community_admin street_admin",
        "activity.settle": "team_leader community_admin street_admin",
        "activity.backfill": "community_admin street_admin",
        "record.see": "community_admin street_admin",
        "record.confirm_c": "community_admin street_admin",
        "record.approve_over_8h": "street_admin",
        "record.correct": "street_admin",
        "makeup.propose": "team_leader community_admin",
        "makeup.decide": "community_admin street_admin",
        "attendance.propose_void": "community_admin street_admin",
        "attendance.void": "street_admin",
        "duty.override": "street_admin",
        # points
        "points.see": "station_staff community_admin street_admin auditor",
        "points.adjust": "street_admin",
        "points.civic": "community_admin street_admin",
        "ruleset.draft": "street_admin",
        "ruleset.publish": "street_admin",
        # exchange
        "goods.propose": "station_staff street_admin",
        "goods.change": "street_admin",
        "stock.see": "station_staff community_admin street_admin auditor",
        "stock.move": "station_staff",
        "stock.witness": "station_staff community_admin",
        "donor.add": "station_staff street_admin",
        "session.see": "station_staff community_admin street_admin auditor",
        "session.run": "station_staff community_admin street_admin",
        "redemption.see": "station_staff street_admin auditor",
        "redemption.operate": "station_staff",
        "redemption.witness": "station_staff community_admin street_admin",
        "voucher.accept": "station_staff street_admin",
        "voucher.see": "station_staff community_admin street_admin auditor",
        # oversight
        "feedback.see": "community_admin street_admin auditor",
        "feedback.reply": "community_admin street_admin",
        "report.count": "team_leader station_staff community_admin neighbour_lead unit_liaison street_admin auditor",
        "report.see": "station_staff community_admin street_admin auditor",
        "audit.see": "street_admin auditor",
        "list.export": "community_admin street_admin",
        "books.check": "street_admin auditor sysadmin",
        # the installation
        "area.see": "team_leader station_staff community_admin neighbour_lead street_admin auditor sysadmin",
        "area.change": "street_admin sysadmin",
        "area.arrange": "community_admin street_admin sysadmin",
        "station.change": "street_admin sysadmin",
        "calendar.change": "street_admin sysadmin",
        "account.manage": "street_admin sysadmin",
        "device.manage": "station_staff community_admin street_admin sysadmin",
        "token.manage": "street_admin sysadmin",
    }.items()
}

AT_THE_STATIONS_COMMUNITY = frozenset(
    {
        "volunteer.register",
        "volunteer.see",
        "volunteer.sign_in",
        "counter.serve",
        "card.issue",
        "household.change",
        "points.see",
        "device.manage",
        "area.see",
    }
)
"""What a role at a station allows in the whole community of that station: the residents come to the counter there."""

IN_THE_UNITS_COMMUNITY = frozenset({"activity.see", "activity.propose"})
"""What a role of a unit allows in the community that the unit is linked to: its people help there."""

AT_THE_STATIONS_STREET = frozenset({"counter.serve"})
"""What a role at a station allows in its whole street, where the street's stations serve each other's residents."""

ALLOWED: dict[str, frozenset[str]] = {
    role: frozenset(action for action, roles in ACTIONS.items() if role in roles) for role in ROLES
}
"""The same table, by role."""
