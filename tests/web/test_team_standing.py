"""A team on its page: asked to join, deputies, leader, pause, end; and what its people read on theirs."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Team
from tests import make
from tests.web.conftest import Browser

Pc = Callable[..., Browser]
Phone = Callable[[str], Browser]


def test_a_leader_asks_and_the_person_says_yes(ground: Session, phone_of: Phone) -> None:
    leader, person = make.volunteer(ground, pin=True), make.volunteer(ground, pin=True)
    team = make.team(ground, leader=leader)
    page, name = f"/staff/teams/{team.code}", team.name
    asking, asked = phone_of(leader.code), phone_of(person.code)
    answers = {
        asking.post(f"{page}/invite", who=who).status_code: asking.get(page).text.count("they are asked")
        for who in ("YD999999", person.code)
    }
    assert answers == {303: 1}
    assert f"The team {name} asks you to join" in asked.get("/my/").text
    assert asked.post(f"/my/teams/{team.code}/answer", accept="1").location == "/my/teams"
    home = asked.get("/my/").text
    assert f"You belong to the team {name} now." in home
    assert "asks you to join" not in home


def test_the_office_names_deputies_changes_leaders_pauses_and_dissolves(
    ground: Session, staff_pc: Pc, phone_of: Phone
) -> None:
    member = make.volunteer(ground, name="孙芒种", pin=True)
    team = make.team(ground, members=[member])
    page, code, key, name = f"/staff/teams/{team.code}", member.code, team.id, team.name
    admin, phone = staff_pc("community_admin", "BZ"), phone_of(code)
    assert admin.post(f"{page}/deputy", volunteer=code).location == page
    assert "Deputy leader" in admin.get(page).text
    assert f"deputy leader of the team {name}" in phone.get("/my/").text
    assert admin.post(f"{page}/end-deputy", volunteer=code).status_code == 303
    assert admin.post(f"{page}/leader", leader=code, reason="老队长搬走了").status_code == 303
    assert f"You lead the team {name} now." in phone.get("/my/").text
    assert admin.post(f"{page}/pause", reason="").status_code == 422
    assert admin.post(f"{page}/pause", reason="放暑假").status_code == 303
    assert "The team goes on" in admin.get(page).text
    assert admin.post(f"{page}/resume", reason="开学了").status_code == 303
    assert admin.post(f"{page}/dissolve", reason="人都搬走了").status_code == 303
    ground.rollback()
    ground.expire_all()
    assert ground.scalars(select(Team.status).where(Team.id == key)).one() == "dissolved"
    assert f"The team {name} was dissolved." in phone.get("/my/").text
