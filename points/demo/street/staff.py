"""Who works for the demo street: every account with the person who made it, through the rights of that person."""

from datetime import timedelta

from sqlalchemy.orm import Session

from points.access.accounts import Behind
from points.demo.street import facts
from points.demo.street.town import APPOINTED, OPENED, OTHERS, STREET, Town, administrators
from points.places import areas

OF_TWO = timedelta(days=1, hours=5)
"""So long after the opening the volunteers and units are there that some accounts belong to."""


def appoint(session: Session, town: Town) -> None:
    """Two administrators for each street, made by the city's first one, and the auditor."""

    def add(login: str, role: str, place: str, name: str) -> None:
        town.add_staff(session, login=login, role=role, place=place, behind=name, by="admin", at=APPOINTED)

    add("street", "street_admin", STREET, "街道管理员甲")
    add("street2", "street_admin", STREET, "街道管理员乙")
    add("auditor", "auditor", STREET, "群众监督员")
    for street in OTHERS:
        for login, name in zip(administrators(street), ("邻街街道管理员甲", "邻街街道管理员乙"), strict=True):
            add(login, "street_admin", street, name)


def take_on(session: Session, town: Town) -> None:
    """The communities' administrators and the stations' clerks, made by their street.

    Of the two clerks of a station each administrator makes one, so that they sign for each other from the first day.
    """

    def add(login: str, role: str, place: str, name: str, by: str) -> None:
        town.add_staff(session, login=login, role=role, place=place, behind=name, by=by, at=OPENED)

    for community in facts.COMMUNITIES:
        add(f"{community.code.lower()}-admin", "community_admin", community.code, f"{community.name}管理员", "street")
    for number, station in enumerate(facts.STATIONS, 1):
        add(f"station{number}a", "station_staff", station.code, f"{station.name}店员甲", "street")
        add(f"station{number}b", "station_staff", station.code, f"{station.name}店员乙", "street2")
    for (code, _, name), street in zip(facts.OTHER_STREETS, OTHERS, strict=True):
        add(f"{code.lower()}-admin", "community_admin", code, f"{name}管理员", administrators(street)[0])


def entrust(session: Session, town: Town) -> None:
    """The 邻长 of each community, who are volunteers of it, and the liaison of one unit."""
    at = OPENED + OF_TWO
    for community, index in zip(facts.COMMUNITIES, town.plan.people.neighbour_leads, strict=True):
        group = "BZ-1-1-1" if community.code == "BZ" else f"{community.code}-1-1"
        lead = town.volunteers[index]
        areas.change(session, area=group, lead=lead, by=town.staff("street"), at=at)
        town.add_staff(
            session,
            login=f"{community.code.lower()}-lead",
            role="neighbour_lead",
            place=group,
            behind=Behind(name=town.plan.people.everyone[index].name, volunteer=lead),
            by="street",
            at=at,
        )
    town.add_staff(
        session,
        login="unit01",
        role="unit_liaison",
        place="DW-01",
        behind="示例单位联络员",
        by="street",
        at=at,
    )
