"""My household and my teams: seen by those who belong, changed by oneself."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.foundation.actors import SYSTEM
from points.people import consents, households, teams
from points.people.tables import Volunteer
from tests import make
from tests.web.conftest import Browser, Street


def person_of(session: Session, code: str) -> Volunteer:
    session.rollback()  # what was read before is a snapshot
    return session.scalars(select(Volunteer).where(Volunteer.code == code)).one()


def test_the_household_shows_its_members_and_nobody_elses_name(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    family = make.volunteer(ground, name="李大寒", pin=True)
    child = make.minor(ground, name="李小寒")
    make.household(ground, person_of_now(ground, street.volunteer), family, child, pool=False)
    ground.commit()
    page = phone_of(street.volunteer).get("/my/household").text
    assert "赵立春" in page
    assert "李**" in page
    assert "李大寒" not in page
    assert "李小寒" not in page
    assert page.count("own points only") == 3
    stranger = phone_of(street.leader).get("/my/household").text
    assert family.code not in stranger
    assert "Ask to join" in stranger


def test_sharing_is_ones_own_consent_and_ends_at_once(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    family = make.volunteer(ground, pin=True)
    make.consent(ground, family, "household_pool")
    made = make.household(ground, family, pool=True)
    person = person_of_now(ground, street.volunteer)
    households.join(ground, household=made.code, volunteer=person.code, pool=False, by=SYSTEM, at=make.NOW)
    ground.commit()
    phone = phone_of(street.volunteer)
    assert phone.post("/my/household/pool", pool="1").location == "/my/household"
    ground.rollback()
    assert family.id in households.pool(ground, person.id)
    assert "household_pool" in consents.open_for(ground, person.id)
    assert "Stop sharing" in phone.get("/my/household").text
    phone.post("/my/household/pool")
    ground.rollback()
    assert households.pool(ground, person.id) == [person.id]
    assert households.pool(ground, family.id) == [family.id]


def test_a_household_is_left_and_not_left_twice(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    person = person_of_now(ground, street.volunteer)
    make.household(ground, person, pool=False)
    ground.commit()
    phone = phone_of(street.volunteer)
    assert phone.post("/my/household/leave").location == "/my/household"
    ground.rollback()
    assert households.of(ground, person.id) is None
    again = phone.post("/my/household/leave")
    assert again.status_code == 409
    assert "Not in a household" in again.text
    assert phone.post("/my/household/pool", pool="1").status_code == 409


def test_somebody_asks_and_the_head_answers_on_their_own_page(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    head, asker = phone_of(street.leader), phone_of(street.volunteer)
    assert head.post("/my/household").location == "/my/household"
    home = households.of(ground, person_of(ground, street.leader).id)
    assert home is not None
    assert home.code in head.get("/my/household").text
    assert asker.post("/my/household/ask", code="0000000000").status_code == 404
    assert asker.post("/my/household/ask", code=home.code).location == "/my/household"
    assert "Waiting for the head" in asker.get("/my/household").text
    assert "Somebody asks to join your household" in head.get("/my/").text
    assert "赵**" in head.get("/my/household").text
    assert asker.post("/my/household/answer", who=street.volunteer, accept="1").status_code == 403
    assert head.post("/my/household/answer", who=street.volunteer, accept="1").location == "/my/household"
    assert households.of(ground, person_of(ground, street.volunteer).id) == home
    assert head.post("/my/household/answer", who=street.volunteer, accept="1").status_code == 409
    head.post("/my/household/remove", who=street.volunteer)
    assert households.of(ground, person_of(ground, street.volunteer).id) is None
    asker.post("/my/household/ask", code=home.code)
    asker.post("/my/household/take-back")
    assert "asks to join" not in head.get("/my/household").text


def test_the_household_sees_who_spent_how_much_and_never_what_for(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    person, family = person_of_now(ground, street.volunteer), make.volunteer(ground, name="李大寒", pin=True)
    make.household(ground, person, family)
    make.points(ground, family, 30)
    clerk = make.clerk(ground)
    redemption.redeem(
        ground,
        basket=Basket(volunteer=family.code, lines=[Line(item="G02", qty=1)], station="NLJ-1", key="of-the-household"),
        identity=Identity(check="pin"),
        by=clerk,
        at=make.NOW,
    )
    ground.commit()
    page = phone_of(street.volunteer).get("/my/household").text
    assert "Who spent what" in page
    assert "李**" in page
    assert "20 points" in page
    assert "毛巾" not in page


def test_one_asks_to_join_a_team_takes_it_back_and_leaves(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    other = make.team(ground, code="T-NEW", area="CS")
    far = make.team(ground, code="T-FAR", area="NZ")
    ground.commit()
    phone = phone_of(street.volunteer)
    page = phone.get("/my/teams").text
    assert f'action="/my/teams/{other.code}/apply"' in page
    assert far.code not in page
    assert phone.post(f"/my/teams/{other.code}/apply").location == "/my/teams"
    assert "Waiting for the leader" in phone.get("/my/teams").text
    twice = phone.post(f"/my/teams/{other.code}/apply")
    assert twice.status_code == 409
    assert "Already in this team" in twice.text
    assert phone.post(f"/my/teams/{other.code}/leave").location == "/my/teams"
    person = person_of(ground, street.volunteer)
    assert other.id not in {team.id for _, team in teams.mine(ground, volunteer_id=person.id)}
    gone = phone.post(f"/my/teams/{other.code}/leave")
    assert gone.status_code == 409
    assert phone.post("/my/teams/T-NONE/apply").status_code == 404


def test_a_leader_is_not_offered_to_leave(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    phone = phone_of(street.leader)
    led = teams.mine(ground, volunteer_id=person_of(ground, street.leader).id)[0][1]
    page = phone.get("/my/teams").text
    assert "You lead it" in page
    assert f'action="/my/teams/{led.code}/leave"' not in page
    assert phone.post(f"/my/teams/{led.code}/leave").status_code == 409


def person_of_now(session: Session, code: str) -> Volunteer:
    """As `person_of`, in the transaction that is open."""
    return session.scalars(select(Volunteer).where(Volunteer.code == code)).one()
