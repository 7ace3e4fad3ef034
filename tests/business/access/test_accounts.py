"""Staff accounts: made by those who manage the place, roles by date, one statement to know who acts."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import accounts, sign_ins
from points.access.roles import ACTIONS, ROLES
from points.access.tables import Account, RoleGrant
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.people import volunteers
from points.places.tables import Area
from tests import make, statements

ON = clock.local_date(make.NOW)


def add(session: Session, login: str, role: str, place: str, by: Actor = SYSTEM) -> Account:
    somebody = accounts.Behind(name="张三", phone=f"1380000{len(login):04d}")
    return accounts.add_staff(session, login=login, role=role, place=place, behind=somebody, by=by, at=make.NOW)[0]


def test_a_role_holds_at_its_place_and_below(session: Session) -> None:
    ground = make.street(session)
    street, community = make.street_admin(session), make.community_admin(session, "BZ")
    assert street.role_for("activity.approve", area_path=ground.neighbour_group.path) == "street_admin"
    assert community.role_for("activity.approve", area_path=ground.neighbour_group.path) == "community_admin"
    assert community.role_for("activity.approve", area_path=ground.b.path) is None
    assert community.role_for("activity.approve", area_path=ground.street.path) is None
    assert street.role_for("activity.approve", area_path=ground.other_community.path) is None


def test_who_acts_is_read_in_one_statement(session: Session) -> None:
    person = make.volunteer(session)
    for _ in range(2):
        make.team(session, leader=person)
    account = accounts.add_staff(
        session,
        login="both",
        role="community_admin",
        place="BZ",
        behind=accounts.Behind(volunteer=person.code),
        by=SYSTEM,
        at=make.NOW,
    )[0]
    make.station(session)
    accounts.grant(session, login="both", role="station_staff", place="NLJ-1", by=SYSTEM, at=make.NOW)
    with statements.counted(session) as counted:
        actor = accounts.actor(session, account.id, on=ON)
    assert len(counted) == 1
    assert (actor.person, actor.account_id, actor.volunteer_id) == (person.code, account.id, person.id)
    assert sorted(reach.role for reach in actor.reaches("activity.run")) == [
        "community_admin",
        "team_leader",
        "team_leader",
    ]
    assert [reach.role for reach in actor.reaches("redemption.operate")] == ["station_staff"]


def test_one_human_is_one_person_through_two_accounts(session: Session) -> None:
    person = make.volunteer(session)
    first = make.staff(session, role="street_admin", volunteer=person)
    second = make.staff(session, role="community_admin", volunteer=person)
    assert first.person == second.person == make.volunteer_actor(session, person).person


def test_a_grant_holds_from_its_first_to_its_last_day(session: Session) -> None:
    make.street(session)
    account = add(session, "grant", "auditor", "YD")
    first, last = ON + timedelta(days=10), ON + timedelta(days=20)
    accounts.grant(
        session,
        login="grant",
        role="street_admin",
        place="YD",
        by=SYSTEM,
        at=make.NOW,
        valid_from=first,
        valid_to=last,
    )
    for day, holds in ((-1, False), (0, True), (10, True), (11, False)):
        actor = accounts.actor(session, account.id, on=first + timedelta(days=day))
        assert bool(actor.reaches("points.adjust")) is holds
        assert actor.reaches("audit.see")


def test_a_revoked_grant_ends_at_once(session: Session) -> None:
    make.street(session)
    account = add(session, "gone", "community_admin", "BZ")
    assert accounts.revoke_grant(session, login="gone", role="community_admin", place="BZ", by=SYSTEM, at=make.NOW) == 1
    assert accounts.actor(session, account.id, on=ON).permits == {}
    assert accounts.revoke_grant(session, login="gone", role="community_admin", place="BZ", by=SYSTEM, at=make.NOW) == 0


def test_accounts_are_made_by_who_manages_the_place(session: Session) -> None:
    make.station(session)
    team, unit = make.team(session), make.unit(session)
    admin = make.street_admin(session)
    for role, place in (
        ("community_admin", "BZ"),
        ("station_staff", "NLJ-1"),
        ("team_leader", team.code),
        ("unit_liaison", unit.code),
    ):
        assert add(session, f"new-{role}", role, place, by=admin).status == "active"
        for other in (make.stranger(session), make.community_admin(session)):
            with pytest.raises(NotPermitted):
                add(session, f"no-{role}", role, place, by=other)
    seen = [account.login for account, _ in accounts.visible(session, by=admin)]
    assert {"new-community_admin", "new-station_staff", "new-team_leader", "new-unit_liaison"} <= set(seen)
    strangers = [account.login for account, _ in accounts.visible(session, by=make.stranger(session))]
    assert not any(login.startswith("new-") for login in strangers)


def test_a_login_is_used_once_and_roles_have_names(session: Session) -> None:
    make.street(session)
    add(session, "one", "auditor", "YD")
    with pytest.raises(accounts.LoginTaken):
        add(session, "one", "auditor", "YD")
    with pytest.raises(accounts.NoSuchRole):
        add(session, "two", "mayor", "YD")
    with pytest.raises(NoSuch):
        add(session, "two", "station_staff", "YD")


def test_a_setup_link_works_once_and_for_seven_days(session: Session) -> None:
    make.street(session)
    _, token = accounts.add_staff(session, login="new", role="auditor", place="YD", by=SYSTEM, at=make.NOW)
    late = make.NOW + timedelta(days=7)
    with pytest.raises(accounts.SetupLinkSpent):
        accounts.choose_password(session, token=token, password="correct horse", at=late)
    for weak in ("short", "new"):
        with pytest.raises(accounts.WeakPassword):
            accounts.choose_password(session, token=token, password=weak, at=make.NOW)
    account = accounts.choose_password(session, token=token, password="correct horse", at=make.NOW)
    assert "correct horse" not in str(account.password_hash)
    with pytest.raises(accounts.SetupLinkSpent):
        accounts.choose_password(session, token=token, password="correct horse", at=make.NOW)


def test_only_who_manages_all_of_an_account_makes_its_links_or_disables_it(session: Session) -> None:
    make.street(session)
    add(session, "wide", "street_admin", "YD")
    accounts.grant(session, login="wide", role="street_admin", place="NZP", by=SYSTEM, at=make.NOW)
    for by in (make.street_admin(session), make.stranger(session)):
        with pytest.raises(NotPermitted):
            accounts.new_setup_link(session, login="wide", by=by, at=make.NOW)
        with pytest.raises(NotPermitted):
            accounts.disable(session, login="wide", reason="x", by=by, at=make.NOW)
    account = accounts.disable(session, login="wide", reason="离职", by=SYSTEM, at=make.NOW)
    with pytest.raises(NoSuch):
        accounts.actor(session, account.id, on=ON)


def test_a_volunteer_who_leads_no_team_may_nothing_for_others(session: Session) -> None:
    actor = make.volunteer_actor(session, make.volunteer(session))
    assert actor.permits == {}
    assert actor.account_id is None


def test_a_suspended_leader_leads_no_more(session: Session) -> None:
    leader = make.volunteer(session)
    team = make.team(session, leader=leader)
    assert make.volunteer_actor(session, leader).role_for("activity.run", team_id=team.id) == "team_leader"
    volunteers.suspend(session, volunteer=leader.code, reason="核查", by=SYSTEM, at=make.NOW)
    assert make.volunteer_actor(session, leader).permits == {}


def test_the_first_administrator_may_all_that_staff_may_at_the_root(session: Session) -> None:
    token = accounts.first_administrator(session, at=make.NOW)
    again = accounts.first_administrator(session, at=make.NOW)
    with pytest.raises(accounts.SetupLinkSpent):
        accounts.choose_password(session, token=token, password="correct horse", at=make.NOW)
    account = accounts.choose_password(session, token=again, password="correct horse", at=make.NOW)
    root = session.scalars(select(Area)).one()
    actor = accounts.actor(session, account.id, on=ON)
    for action in ("area.change", "account.manage", "points.adjust", "token.manage"):
        assert actor.role_for(action, area_path=root.path)
    with pytest.raises(accounts.AdministratorExists):
        accounts.first_administrator(session, at=make.NOW)
    cookie = sign_ins.sign_in_staff(session, login="admin", password="correct horse", agent="", at=make.NOW)[1]
    assert sign_ins.actor(session, cookie, at=make.NOW) == actor


def test_the_first_administrator_stands_at_every_root_there_is(session: Session) -> None:
    ground = make.street(session)
    accounts.first_administrator(session, at=make.NOW)
    account = accounts.by_login(session, "admin")
    grants = session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id))
    assert {(grant.role, grant.area_id) for grant in grants} == {
        ("sysadmin", ground.city.id),
        ("street_admin", ground.city.id),
    }


def test_every_action_names_known_roles_only() -> None:
    for action, roles in ACTIONS.items():
        assert set() < roles <= set(ROLES), action


def test_an_auditor_changes_nothing_and_a_sysadmin_decides_no_business() -> None:
    read_only = ("see", "count", "check")
    assert all(action.rpartition(".")[2] in read_only for action, roles in ACTIONS.items() if "auditor" in roles)
    installation = ("area", "station", "calendar", "account", "device", "token", "books")
    assert all(action.partition(".")[0] in installation for action, roles in ACTIONS.items() if "sysadmin" in roles)
