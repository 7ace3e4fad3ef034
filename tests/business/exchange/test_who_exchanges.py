"""Who may exchange, who may hand over, who collects for whom: self-dealing, households, minors, ages."""

from sqlalchemy.orm import Session

from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line, Proxy
from points.foundation.actors import SYSTEM
from points.people import volunteers
from points.people.volunteers import NewGuardian
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import redeem, refused, shop


def test_nobody_serves_themselves(session: Session) -> None:
    place = shop(session)
    clerk = make.staff(session, role="station_staff", volunteer=place.person)
    with refused(session, "self-dealing", clerk=place.person.code):
        redeem(session, place.person, by=clerk)


def test_nobody_serves_their_household(session: Session) -> None:
    place = shop(session)
    spouse = make.volunteer(session)
    make.household(session, place.person, spouse, pool=False)
    clerk = make.staff(session, role="station_staff", volunteer=spouse)
    with refused(session, "same-household", clerk=spouse.code, volunteer=place.person.code):
        redeem(session, place.person, by=clerk)


def test_somebody_of_the_household_cannot_vouch(session: Session) -> None:
    place = shop(session)
    spouse = make.volunteer(session)
    make.household(session, place.person, spouse, pool=False)
    second = make.staff(session, role="station_staff", volunteer=spouse)
    with refused(session, "same-household", clerk=spouse.code):
        redeem(session, place.person, by=place.clerk, identity=Identity(check="known_by_two", second=second))


def test_the_clerk_cannot_collect(session: Session) -> None:
    place = shop(session)
    colleague = make.volunteer(session, name="孙店员")
    clerk = make.staff(session, role="station_staff", volunteer=colleague)
    with refused(session, "proxy-is-clerk", clerk=colleague.code):
        redeem(session, place.person, by=clerk, proxy=Proxy(name="孙 店员", relation="邻居"))


def test_a_proxy_is_kept_with_name_and_relation(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, by=place.clerk, proxy=Proxy(name="李邻居", relation="邻居"))
    assert (done.proxy_name, done.proxy_relation) == ("李邻居", "邻居")
    with refused(session, "proxy-incomplete"):
        redeem(session, place.person, by=place.clerk, proxy=Proxy(name="李邻居", relation=" "))


def test_an_elder_known_by_two_needs_a_second_of_the_staff(session: Session) -> None:
    place = shop(session)
    for second in (None, place.clerk):
        with refused(session, "second-clerk-needed"):
            redeem(session, place.person, by=place.clerk, identity=Identity(check="known_by_two", second=second))
    with refused(session, "not-permitted"):
        stranger = make.stranger(session)
        redeem(session, place.person, by=place.clerk, identity=Identity(check="known_by_two", second=stranger))
    done = redeem(session, place.person, by=place.clerk, identity=Identity(check="known_by_two", second=place.witness))
    assert done.identity_second == place.witness.person


def test_only_the_stations_staff_hand_over(session: Session) -> None:
    place = shop(session)
    make.station(session, "NLJ-2")
    for nobody in (
        make.clerk(session, "NLJ-2"),
        make.community_admin(session),
        make.volunteer_actor(session, make.volunteer(session)),
    ):
        with refused(session, "not-permitted", action="redemption.operate"):
            redeem(session, place.person, by=nobody)


def test_the_suspended_do_not_exchange(session: Session) -> None:
    place = shop(session)
    volunteers.suspend(session, volunteer=place.person.code, reason="核查中", by=SYSTEM, at=make.NOW)
    with refused(session, "person-suspended", status="suspended"):
        redeem(session, place.person, by=place.clerk)


def test_unknown_people_and_stations_are_refused(session: Session) -> None:
    place = shop(session)
    with refused(session, "not-found", key="YD999999"):
        redemption.redeem(
            session,
            basket=Basket(volunteer="YD999999", lines=[Line("G02", 1)], station="NLJ-1", key="k"),
            identity=counter.PIN,
            by=place.clerk,
            at=make.NOW,
        )
    with refused(session, "not-found", key="NLJ-9"):
        redeem(session, place.person, by=place.clerk, station="NLJ-9")


def test_a_minor_exchanges_only_with_the_guardian(session: Session) -> None:
    place = shop(session)
    child = make.minor(session)
    make.points(session, child, 100)
    with refused(session, "needs-guardian", volunteer=child.code):
        redeem(session, child, by=place.clerk)
    with refused(session, "needs-guardian"):
        redeem(session, child, by=place.clerk, proxy=Proxy(name="周路人", relation="邻居"))
    done = redeem(session, child, by=place.clerk, proxy=Proxy(name="钱家长", relation="母亲"))
    assert done.proxy_name == "钱家长"


def test_a_minor_reserves_only_by_the_guardian_and_collects_with_them(session: Session) -> None:
    place = shop(session)
    parent = make.volunteer(session)
    child = make.minor(
        session,
        guardian=NewGuardian(name=parent.name, phone=parent.phone, relation="父亲", volunteer=parent.code),
    )
    make.points(session, child, 100)
    with refused(session, "needs-guardian"):
        counter.reserve(session, child)
    held = counter.reserve(session, child, by=make.volunteer_actor(session, parent))
    assert held.status == "reserved"
    with refused(session, "needs-guardian"):
        redemption.fulfil(session, redemption=held.code, identity=counter.PIN, by=place.clerk, at=make.NOW)
    with_parent = Proxy(name=parent.name, relation="父亲")
    clerk = make.staff(session, role="station_staff", volunteer=parent)
    for proxy in (None, with_parent):
        with refused(session, "proxy-is-clerk", clerk=parent.code):
            redemption.fulfil(session, redemption=held.code, identity=counter.PIN, by=clerk, at=make.NOW, proxy=proxy)
    done = redemption.fulfil(
        session, redemption=held.code, identity=counter.PIN, by=place.clerk, at=make.NOW, proxy=with_parent
    )
    assert done.status == "fulfilled"


def test_goods_have_an_age(session: Session) -> None:
    place = shop(session, min_age=16)
    child = make.minor(session)
    make.points(session, child, 100)
    with refused(session, "too-young-for-item", item="G02", min_age=16):
        redeem(session, child, by=place.clerk, proxy=Proxy(name="钱家长", relation="母亲"))
