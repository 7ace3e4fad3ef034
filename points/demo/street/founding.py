"""The first day of the demo street: places, people, teams, units, rules and goods, through the business's own verbs."""

from collections import Counter
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from points.demo.street import exchange, facts, places, shelves, staff
from points.demo.street.people import FIRST_REGISTRATION, Person
from points.demo.street.plan import Plan
from points.demo.street.town import OPENED, OTHERS, PIN, STREET, Town, administrators
from points.foundation import clock
from points.people import cards, consents, households, teams, units, volunteers
from points.people.volunteers import NEWCOMER, NewGuardian
from points.rewards import opening_balances, rulesets
from points.rewards.opening_balances import Opening
from points.service import activities

RULES = "RS-01"
LEADING_TEAM = 2
"""The team of 北正 whose leader can sign in, and which does something today."""


def found(town: Town) -> None:
    """Let everything be there that the first activity and the first exchange need."""
    ground(town)
    with town.transaction() as session:
        for index in registration_order(town.plan):
            person = town.plan.people.everyone[index]
            if person.registered_on == FIRST_REGISTRATION:
                register(session, town, person)
        _outsiders(session, town)
    with town.transaction() as session:
        _households(session, town)
        _teams(session, town)
        _units(session, town)
        staff.entrust(session, town)
    with town.transaction() as session:
        shelves.fill_shelves(session, town)
        _points_from_before(session, town)
        for index in sign_in_people(town.plan).values():
            volunteers.set_pin(
                session,
                volunteer=town.volunteers[index],
                pin=PIN,
                by=town.staff("street"),
                at=OPENED + timedelta(days=1, hours=7),
                well_known=True,
            )
            town.with_pin.add(index)


def receive_newcomers(town: Town) -> None:
    """Register those of the street who come after the first day, each on their day, all at once."""
    with town.transaction() as session:
        for index in registration_order(town.plan):
            person = town.plan.people.everyone[index]
            if person.registered_on != FIRST_REGISTRATION:
                register(session, town, person)


def ground(town: Town) -> None:
    """Let the places be there, the staff, the rules and the kinds of service."""
    with town.transaction() as session:
        town.set_up(session)
        places.name_streets(session, town)
        staff.appoint(session, town)
    with town.transaction() as session:
        places.open_up(session, town)
        staff.take_on(session, town)
        _rules(session, town)


def register(session: Session, town: Town, person: Person) -> None:
    """Register one person as the plan says, with card, PIN, skill and report-in."""
    at = clock.at_local(person.registered_on, time(10, 0))
    clerk = town.staff(f"{person.community.lower()}-admin")
    by = NEWCOMER if person.via == "self" else clerk
    guardian = None
    if person.guardian is not None:
        adult = town.plan.people.everyone[person.guardian]
        guardian = NewGuardian(
            name=adult.name,
            phone=adult.phone or f"1990001{person.index:04d}",
            relation="母亲" if adult.gender == "female" else "父亲",
            volunteer=town.volunteers[adult.index],
        )
    volunteer = volunteers.register(
        session,
        volunteers.NewVolunteer(
            name=person.name,
            birth_date=person.birth_date,
            gender=person.gender,
            community=person.community,
            neighbour_group=_neighbour_group(person),
            compound=person.compound,
            registered_via=person.via,
            consents=person.consents,
            channel="web" if person.via == "self" else "paper",
            paper_ref="" if person.via == "self" else f"演示-{person.index:04d}",
            phone=person.phone,
            phone_none=person.phone is None,
            guardian=guardian,
            points_policy=person.points_policy,
            elder_mode=person.birth_date.year < 1955,
            is_demo=True,
        ),
        by=by,
        at=at,
    )
    town.volunteers[person.index] = volunteer.code
    town.volunteer_ids[person.index] = volunteer.id
    if person.phone is None:
        town.cards[person.index] = cards.issue(session, volunteer=volunteer.code, by=clerk, at=at).code
    if person.skill:
        volunteers.add_skill(session, volunteer=volunteer.code, skill=person.skill, by=clerk, at=at)
    if person.registered_on == FIRST_REGISTRATION:
        return  # teams and units are founded later that day
    if person.report_kind:
        _report_in(session, town, person)
    for number in person.teams:
        team = town.plan.people.teams[number].code
        teams.admit(session, team=team, volunteer=volunteer.code, by=town.staff("street"), at=at)


def registration_order(plan: Plan) -> list[int]:
    """The people in the order in which they are registered, which is the order of their codes."""
    first = [person for person in plan.people.everyone if person.registered_on == FIRST_REGISTRATION]
    late = [person for person in plan.people.everyone if person.registered_on != FIRST_REGISTRATION]
    # guardians before their children
    first.sort(key=lambda person: person.is_minor)
    late.sort(key=lambda person: person.registered_on)
    return [person.index for person in (*first, *late)]


def sign_in_people(plan: Plan) -> dict[str, int]:
    """Who of the plan can sign in with a PIN: a volunteer with points, a leader, an elder with a card."""
    everyone, teams_ = plan.people.everyone, plan.people.teams
    leaders = {team.leader for team in teams_}
    there = Counter(one.person for activity in plan.activities for one in activity.attendances)
    busy = sorted(
        (
            person.index
            for person in everyone
            if person.community == "BZ"
            and person.earns_points
            and not person.is_minor
            and person.index not in leaders
            and person.registered_on == FIRST_REGISTRATION
        ),
        key=lambda index: (-there[index], index),
    )
    return {
        "leader": teams_[LEADING_TEAM].leader,
        "volunteer": next(index for index in busy if everyone[index].phone),
        "elder": next(index for index in busy if not everyone[index].phone),
    }


def _neighbour_group(person: Person) -> str | None:
    if person.neighbour_group is None:
        return None
    group, neighbours = divmod(person.neighbour_group, 9)
    return f"BZ-1-{group + 1}-{neighbours + 1}"


def _rules(session: Session, town: Town) -> None:
    for street in (STREET, *OTHERS):
        version = RULES if street == STREET else f"{RULES}-{street}"
        first, second = (town.staff(login) for login in administrators(street))
        rulesets.draft(
            session,
            street=street,
            effective_from=facts.FIRST_DAY,
            version=version,
            resolution_ref="演示：街道居民会议决定",
            by=first,
            at=OPENED,
        )
        rulesets.publish(session, version=version, by=second, at=OPENED)
    by = town.staff("street")
    activities.add_usual(session, by=by, at=OPENED)
    for year, month in facts.MONTHS:
        activities.add_theme(session, area=STREET, year=year, month=month, title=facts.THEMES[month], by=by, at=OPENED)


def _outsiders(session: Session, town: Town) -> None:
    for person in town.plan.people.outsiders:
        volunteers.register(
            session,
            volunteers.NewVolunteer(
                name=person.name,
                birth_date=person.birth_date,
                community=person.street,
                registered_via="staff",
                consents=("register", "points"),
                channel="paper",
                paper_ref=f"演示-{person.phone}",
                phone=person.phone,
                is_demo=True,
            ),
            by=town.staff(f"{person.street.lower()}-admin"),
            at=clock.at_local(FIRST_REGISTRATION, time(10, 0)),
        )


def _households(session: Session, town: Town) -> None:
    at = OPENED + timedelta(days=1, hours=3)
    for plan in town.plan.people.households:
        by = town.staff(f"{plan.community.lower()}-admin")
        codes = [town.volunteers[index] for index in plan.members]
        for code in codes if plan.pooled else ():
            consents.grant(
                session,
                volunteer=code,
                purpose="household_pool",
                text_version=consents.TEXT_VERSION,
                channel="paper",
                paper_ref=f"演示-户-{code}",
                by=by,
                at=at,
            )
        household = households.found(session, head=codes[0], community=plan.community, pool=plan.pooled, by=by, at=at)
        for code in codes[1:]:
            households.join(session, household=household.code, volunteer=code, pool=plan.pooled, by=by, at=at)


def _teams(session: Session, town: Town) -> None:
    by, at = town.staff("street"), OPENED + timedelta(days=1, hours=4)
    for plan in town.plan.people.teams:
        teams.found(
            session,
            teams.NewTeam(
                code=plan.code,
                name=plan.facts.name,
                kind=plan.facts.kind,
                area=plan.facts.home or STREET,
                leader=town.volunteers[plan.leader],
                founded_on=facts.FIRST_DAY,
            ),
            by=by,
            at=at,
        )
        for index in plan.members:
            if index in town.volunteers:
                teams.admit(session, team=plan.code, volunteer=town.volunteers[index], by=by, at=at)


def _units(session: Session, town: Town) -> None:
    by, at = town.staff("street"), OPENED + timedelta(days=1, hours=5)
    for number in range(1, 22):
        community = facts.COMMUNITIES[number % 9].code
        units.add(
            session,
            code=f"DW-{number:02d}",
            name=f"示例单位{number:02d}",
            kind="co_build",
            linked_community=community,
            by=by,
            at=at,
        )
    for person in town.plan.people.everyone:
        if person.report_kind and person.registered_on == FIRST_REGISTRATION:
            _report_in(session, town, person)


def _report_in(session: Session, town: Town, person: Person) -> None:
    assert person.unit is not None
    assert person.report_kind is not None
    linked = facts.COMMUNITIES[(person.unit + 1) % 9].code
    units.report_in(
        session,
        volunteer=town.volunteers[person.index],
        unit=f"DW-{person.unit + 1:02d}",
        community=linked if person.report_kind == "linked" else person.community,
        kind=person.report_kind,
        reported_on=person.registered_on,
        by=town.staff("street"),
        at=clock.at_local(person.registered_on, time(11, 0)),
    )


def _points_from_before(session: Session, town: Town) -> None:
    """What people had on paper, each sheet of it brought over by the street."""
    opening_balances.bring_over(
        session,
        openings={
            index: Opening(
                volunteer=town.volunteers[index],
                points=exchange.OPENING_LOT,
                reference=f"2024 年纸质台账 {town.volunteers[index]}",
                earned_on=date(2024, 12, 31),
                expires_on=exchange.OPENING_EXPIRES,
            )
            for index in (*town.plan.exchange.openers, *town.plan.exchange.savers)
        },
        by=town.staff("street"),
        at=OPENED + timedelta(days=1, hours=7),
    )
