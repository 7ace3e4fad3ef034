"""Who is served at a station's counter: the residents of its street, and by their card those of an agreed street.

Their own street's stations find them by card, number, phone or name. Points are spent where they were earned, so of
another street only a card leads to a person, and only if both streets have agreed (domain §3.7 rule 1).
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch, NotAllowed
from points.people import cards, persons
from points.people.persons import Found
from points.people.tables import Volunteer
from points.places import serving
from points.places.tables import Area, Station

# --- what is refused


@dataclass(eq=False)
class FromOtherStreet(NotAllowed):
    """A resident of a street with which the station's street has not agreed."""

    code = "from-other-street"
    title = N_("From another street")
    detail = N_("%(volunteer)s earned the points in %(street)s, and there they are spent.")
    next_step = N_("Go to a station of %(street)s. The two street offices can agree to serve each other's residents.")
    volunteer: str
    street: str


@dataclass(eq=False)
class FromOtherCommunity(NotAllowed):
    """A resident of another community, where the street lets each station serve its own only."""

    code = "from-other-community"
    title = N_("From another community")
    detail = N_("%(volunteer)s belongs to %(community)s; in this street each station serves its own community.")
    next_step = N_("Go to the station of %(community)s, or ask the street office to let all stations serve everybody.")
    volunteer: str
    community: str


# --- what can be asked


def search(session: Session, *, text: str, by: Actor, offset: int = 0) -> Found:
    """The residents whom `by` serves at a counter, or may see, who are meant by a number, a phone or a name."""
    if (meant := persons.exactly(session, text=text, by=by, at_counter=True)) is not None:
        return Found([meant], 1)
    return persons.search(session, text=text, by=by, offset=offset, at_counter=True)


def by_card(session: Session, card: str, *, station: str, by: Actor) -> Volunteer:
    """Whose card this is, for the counter of a station; also of a street with which its street has agreed.

    Raises CardRevoked, NoSuch, FromOtherStreet or FromOtherCommunity.
    """
    return at_station(session, cards.holder(session, card).code, station=station, card=card, by=by)


def at_station(session: Session, volunteer: str, *, station: str, by: Actor, card: str = "") -> Volunteer:
    """The person with this number, for the counter of a station; `card` is the one that was read of them.

    Raises NoSuch, FromOtherStreet or FromOtherCommunity.
    """
    person = persons.by_code(session, volunteer)
    if person.id == by.volunteer_id or persons.role_at_counter(by, person, "volunteer.see"):
        return person
    if card and cards.holder(session, card).id == person.id:
        require(session, person.code, station=station)
        return person
    raise NoSuch(kind=N_("volunteer"), key=volunteer)


def require(session: Session, volunteer: str, *, station: str) -> None:
    """Refuse whom this station does not serve. Raises FromOtherStreet or FromOtherCommunity."""
    community, street, there = aliased(Area), aliased(Area), aliased(Area)
    served, same, community_name, street_name = session.execute(
        select(
            is_served(there),
            Volunteer.street_id == there.parent_id,
            community.name,
            street.name,
        )
        .select_from(Volunteer)
        .join(Station, Station.code == station)
        .join(there, there.id == Station.area_id)
        .join(community, community.id == Volunteer.community_id)
        .join(street, street.id == Volunteer.street_id)
        .where(persons.called(volunteer))
    ).one()
    if served:
        return
    if same:
        raise FromOtherCommunity(volunteer=volunteer, community=community_name)
    raise FromOtherStreet(volunteer=volunteer, street=street_name)


def is_served(community: type[Area]) -> ColumnElement[bool]:
    """Whether the volunteer of a statement is served at a station that stands in the `community` of it."""
    street = community.parent_id
    at_home = (Volunteer.community_id == community.id) | serving.serves_whole_street(street)
    return ((Volunteer.street_id == street) & at_home) | serving.agreed(Volunteer.street_id, street)
