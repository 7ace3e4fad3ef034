"""The counter: what an exchange does, and every reason why it is refused (A8, A11)."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.exchange import exchange_days, goods, redemption
from points.exchange.redemption import Basket, Line
from points.exchange.tables import Redemption, RedemptionLine, StockMove
from points.foundation.actors import SYSTEM
from points.journal.tables import AuditEntry
from points.ledger.tables import LotUse, PointLot, Transfer
from points.places import serving
from points.rewards import rulesets
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import balance, on_shelf, redeem, refused, shop
from tests.business.ledger import books


def test_an_exchange_takes_points_and_goods_and_writes_a_receipt(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, Line("G02", 3), by=place.clerk)
    assert done.code == "DH20260509-010001"
    assert (done.status, done.total_points, done.day) == ("fulfilled", 60, make.TODAY)
    assert (done.fulfilled_by, done.identity_check) == (place.clerk.person, "pin")
    assert balance(session, place.person) == (40, 0)
    assert session.scalar(select(Transfer.reference).where(Transfer.purpose == "spend")) == (
        f"redemption:{done.code}:{place.person.code}"
    )
    books.assert_the_books_are_right(session)
    counter.assert_the_shelf_is_right(session)


def test_the_earliest_best_before_goes_first(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, Line("G02", 3), by=place.clerk)
    lines = session.execute(
        select(RedemptionLine.batch_id, RedemptionLine.qty, RedemptionLine.price)
        .where(RedemptionLine.redemption_id == done.id)
        .order_by(RedemptionLine.id)
    ).all()
    assert lines == [(place.early.id, 2, 20), (place.late.id, 1, 20)]
    assert on_shelf(session, place.early) == (0, 0)
    assert on_shelf(session, place.late) == (9, 0)


def test_receipts_are_numbered_by_station_and_day(session: Session) -> None:
    place = shop(session)
    codes = [redeem(session, place.person, by=place.clerk).code for _ in range(2)]
    later = redeem(session, place.person, by=place.clerk, at=make.NOW + timedelta(days=1)).code
    assert [*codes, later] == ["DH20260509-010001", "DH20260509-010002", "DH20260510-010001"]


def test_the_rule_version_of_the_day_is_copied_on_the_row(session: Session) -> None:
    place = shop(session)
    assert redeem(session, place.person, by=place.clerk).rule_version == ""
    make.rules(session)
    drafted = rulesets.draft(
        session, street="YD", effective_from=make.TODAY + timedelta(days=20), by=SYSTEM, at=make.NOW
    )
    rulesets.publish(session, version=drafted.version, by=make.street_admin(session), at=make.NOW)
    assert redeem(session, place.person, by=place.clerk).rule_version == "RS-01"
    assert counter.reserve(session, place.person).rule_version == "RS-01"
    later = redeem(session, place.person, by=place.clerk, at=make.NOW + timedelta(days=20))
    assert later.rule_version == drafted.version
    assert redemption.receipt(session, later.code).rule_version == drafted.version


def test_the_same_item_twice_is_one_line(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, Line("G02", 1), Line("G02", 1), by=place.clerk)
    assert done.total_points == 40
    assert session.scalar(select(func.count()).select_from(RedemptionLine)) == 1


def test_an_exchange_is_audited_with_its_role(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, by=place.clerk)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.target == f"redemption:{done.code}")).one()
    assert (entry.action, entry.role) == ("redemption.redeem", "station_staff")
    assert entry.facts == {"points": 20, "items": 1, "identity": "pin", "proxy": False}


def test_an_exchange_of_three_lines_stays_within_sixteen_statements(session: Session) -> None:
    place = shop(session)
    for code in ("G03", "G04"):
        make.stocked(session, make.item(session, code))
    redeem(session, place.person, by=place.clerk)
    lines = [Line("G02", 1), Line("G03", 1), Line("G04", 2)]
    with books.counted_statements(session) as sent:
        redeem(session, place.person, *lines, by=place.clerk)
    assert len(sent) <= 16, "\n".join(sent)


def test_a_pooled_exchange_on_an_exchange_day_stays_within_sixteen_statements(session: Session) -> None:
    place = shop(session, points=10)
    spouse = make.volunteer(session)
    make.points(session, spouse, 90)
    make.household(session, place.person, spouse)
    open_day(session)
    for code in ("G03", "G04"):
        make.stocked(session, make.item(session, code))
    lines = [Line("G02", 1), Line("G03", 1), Line("G04", 2)]
    with books.counted_statements(session) as sent:
        redeem(session, place.person, *lines, by=place.clerk)
    assert len(sent) <= 16, "\n".join(sent)


def test_a_household_pays_together_and_the_redeemer_pays_first(session: Session) -> None:
    place = shop(session, points=18, price=50, ref_value_fen=1500)
    spouse = make.volunteer(session)
    make.points(session, spouse, 40)
    make.household(session, place.person, spouse)
    done = redeem(session, place.person, by=place.clerk)  # T15
    assert balance(session, place.person) == (0, 0)
    assert balance(session, spouse) == (8, 0)
    assert done.household_id is not None
    books.assert_the_books_are_right(session)


def test_without_pooling_the_household_does_not_pay(session: Session) -> None:
    place = shop(session, points=10)
    spouse = make.volunteer(session)
    make.points(session, spouse, 40)
    make.household(session, place.person, spouse, pool=False)
    with refused(session, "insufficient-points", needed=20, available=10, missing=10):
        redeem(session, place.person, by=place.clerk)


# --- the key


def test_the_same_key_redeems_once(session: Session) -> None:
    place = shop(session)
    first = redeem(session, place.person, by=place.clerk, key="k")
    before = counter.contents(session)
    again = redeem(session, place.person, by=place.clerk, key="k")
    assert again.code == first.code
    assert counter.contents(session) == before


def test_a_key_for_something_else_is_refused(session: Session) -> None:
    place = shop(session)
    redeem(session, place.person, by=place.clerk, key="k")
    with refused(session, "idempotency-key-reused"):
        redeem(session, place.person, Line("G02", 2), by=place.clerk, key="k")


def test_a_key_of_another_person_is_refused(session: Session) -> None:
    place = shop(session)
    redeem(session, place.person, by=place.clerk, key="k")
    other = make.volunteer(session)
    make.points(session, other, 100)
    with refused(session, "idempotency-key-reused"):
        redeem(session, other, by=place.clerk, key="k")


# --- points


def test_without_enough_points_nothing_changes(session: Session) -> None:
    place = shop(session, points=50)
    with refused(session, "insufficient-points", needed=60, available=50, missing=10):
        redeem(session, place.person, Line("G02", 3), by=place.clerk)


def test_somebody_who_never_earned_has_no_points(session: Session) -> None:
    place = shop(session, points=0)
    with refused(session, "insufficient-points", available=0):
        redeem(session, place.person, by=place.clerk)


def test_points_are_spent_on_their_last_day_and_not_after(session: Session) -> None:
    place = shop(session, points=0)
    make.points(session, place.person, 40, expires_on=make.TODAY)
    redeem(session, place.person, by=place.clerk)
    with refused(session, "insufficient-points", available=0):
        redeem(session, place.person, by=place.clerk, at=make.NOW + timedelta(days=1))


# --- goods


def test_more_than_is_left_is_refused(session: Session) -> None:
    place = shop(session, points=1000)
    with refused(session, "out-of-stock", wanted=13, left=12):
        redeem(session, place.person, Line("G02", 13), by=place.clerk)


def test_a_batch_past_its_date_is_refused(session: Session) -> None:
    place = shop(session)
    eggs = make.item(session, "G10", name="鸡蛋", perishable=True)
    make.stocked(session, eggs, 5, best_before=make.TODAY - timedelta(days=1), at=make.NOW - timedelta(days=2))
    with refused(session, "batch-expired", item="G10", best_before=make.TODAY - timedelta(days=1)):
        redeem(session, place.person, Line("G10", 1), by=place.clerk)


def test_a_batch_is_good_on_its_date(session: Session) -> None:
    place = shop(session)
    make.stocked(session, make.item(session, "G10", name="鸡蛋"), 5, best_before=make.TODAY)
    assert redeem(session, place.person, Line("G10", 1), by=place.clerk).status == "fulfilled"


def test_goods_of_another_station_do_not_count(session: Session) -> None:
    place = shop(session)
    make.stocked(session, make.item(session, "G03"), 5, station="NLJ-2")
    with refused(session, "out-of-stock", left=0):
        redeem(session, place.person, Line("G03", 1), by=place.clerk)


def test_goods_off_the_shelf_are_not_on_offer(session: Session) -> None:
    place = shop(session)
    goods.take_off_shelf(session, item="G02", by=SYSTEM, at=make.NOW)
    with refused(session, "not-on-offer", item="G02"):
        redeem(session, place.person, by=place.clerk)


def test_unknown_goods_are_not_on_offer(session: Session) -> None:
    place = shop(session)
    with refused(session, "not-on-offer", item="G99"):
        redeem(session, place.person, Line("G99", 1), by=place.clerk)


def test_goods_of_another_street_are_not_on_offer(session: Session) -> None:
    place = shop(session)
    make.item(session, "N01", street="NZP")
    with refused(session, "not-on-offer", item="N01"):
        redeem(session, place.person, Line("N01", 1), by=place.clerk)


def test_nothing_and_less_than_one_are_refused(session: Session) -> None:
    place = shop(session)
    with refused(session, "nothing-chosen"):
        redemption.redeem(
            session,
            basket=Basket(volunteer=place.person.code, lines=[], station="NLJ-1", key="k"),
            identity=counter.PIN,
            by=place.clerk,
            at=make.NOW,
        )
    with refused(session, "bad-quantity", qty=0):
        redeem(session, place.person, Line("G02", 0), by=place.clerk)


def test_the_price_of_the_day_is_copied(session: Session) -> None:
    place = shop(session)
    goods.set_price(session, item="G02", price=30, effective_from=date(2026, 5, 24), by=SYSTEM, at=make.NOW)
    before = redeem(session, place.person, by=place.clerk, at=make.NOW + timedelta(days=14))
    after = redeem(session, place.person, by=place.clerk, at=make.NOW + timedelta(days=15))
    assert (before.total_points, after.total_points) == (20, 30)


# --- limits


def test_the_monthly_limit_holds_for_a_person_and_a_month(session: Session) -> None:
    place = shop(session, limit_pp_month=2)
    redeem(session, place.person, Line("G02", 2), by=place.clerk)
    with refused(session, "over-month-limit", limit=2, used=2, wanted=1, left=0):
        redeem(session, place.person, by=place.clerk)
    redeem(session, place.person, by=place.clerk, at=make.NOW.replace(month=6))


def test_reserved_goods_count_for_the_month_and_returned_ones_do_not(session: Session) -> None:
    place = shop(session, limit_pp_month=1)
    held = counter.reserve(session, place.person)
    with refused(session, "over-month-limit", used=1):
        redeem(session, place.person, by=place.clerk)
    redemption.cancel(session, redemption=held.code, by=place.clerk, at=make.NOW)
    done = redeem(session, place.person, by=place.clerk)
    redemption.give_back(
        session, redemption=done.code, to_stock=True, reason="破损", by=place.clerk, second=place.witness, at=make.NOW
    )
    assert redeem(session, place.person, by=place.clerk).status == "fulfilled"


def open_day(session: Session, **facts: int) -> str:
    make.station(session)
    planned = exchange_days.plan(
        session,
        station="NLJ-1",
        title="五月积分兑换日",
        start_at=make.NOW,
        end_at=make.NOW + timedelta(hours=3),
        by=SYSTEM,
        at=make.NOW,
        **facts,
    )
    return exchange_days.open_day(session, code=planned.code, by=SYSTEM, at=make.NOW).code


def test_an_exchange_belongs_to_the_open_exchange_day(session: Session) -> None:
    place = shop(session)
    code = open_day(session)
    done = redeem(session, place.person, by=place.clerk)
    assert done.session_id == exchange_days.by_code(session, code).id


def test_the_exchange_day_limits_points_a_person(session: Session) -> None:
    place = shop(session)
    code = open_day(session, max_points_pp=50)
    redeem(session, place.person, Line("G02", 2), by=place.clerk)
    with refused(session, "over-session-limit", session=code, limit=50, used=40, wanted=20, left=10):
        redeem(session, place.person, by=place.clerk)


def test_an_exchange_day_that_is_not_open_is_refused(session: Session) -> None:
    place = shop(session)
    code = open_day(session)
    exchange_days.close(session, code=code, by=SYSTEM, at=make.NOW)
    with refused(session, "session-not-open", session=code):
        redeem(session, place.person, by=place.clerk, exchange_day=code)


# --- what can be asked


def test_a_receipt_says_what_from_which_batch_and_by_whom(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, Line("G02", 3), by=place.clerk)
    receipt = redemption.receipt(session, done.code, by=place.clerk)
    assert (receipt.station, receipt.volunteer, receipt.total_points) == ("NLJ-1", place.person.code, 60)
    assert [(line.item, line.qty, line.points, line.batch) for line in receipt.lines] == [
        ("G02", 2, 40, place.early.code),
        ("G02", 1, 20, place.late.code),
    ]


def test_a_receipt_is_seen_by_its_person_and_its_station_only(session: Session) -> None:
    place = shop(session)
    done = redeem(session, place.person, by=place.clerk)
    for allowed in (place.clerk, make.volunteer_actor(session, place.person), make.street_admin(session)):
        assert redemption.seen(session, done.code, by=allowed).code == done.code
        assert [row.code for row in redemption.listing(session, by=allowed)] == [done.code]
    make.station(session, "NLJ-2")
    for other in (make.clerk(session, "NLJ-2"), make.volunteer_actor(session, make.volunteer(session))):
        with refused(session, "not-found"):
            redemption.seen(session, done.code, by=other)
        assert redemption.listing(session, by=other) == []


def test_a_listing_goes_on_after_the_last_code(session: Session) -> None:
    place = shop(session)
    codes = [redeem(session, place.person, by=place.clerk).code for _ in range(3)]
    first = redemption.listing(session, by=place.clerk, limit=2)
    rest = redemption.listing(session, by=place.clerk, limit=2, after=first[-1].code)
    assert [row.code for row in (*first, *rest)] == codes[::-1]


def test_what_was_written_cannot_be_changed_afterwards(session: Session) -> None:
    """Every redeemed point leads to the lot it came from and the batch it went to."""
    place = shop(session)
    done = redeem(session, place.person, by=place.clerk)
    spent = session.scalars(select(Transfer).where(Transfer.purpose == "spend")).one()
    used = session.execute(
        select(LotUse.points, PointLot.source_type)
        .join(PointLot, PointLot.id == LotUse.lot_id)
        .where(LotUse.transfer_id == spent.id)
    ).all()
    assert used == [(-20, "opening")]
    moved = session.scalars(select(StockMove).where(StockMove.kind == "redeem")).one()
    assert (moved.reference, moved.batch_id, moved.delta) == (f"redemption:{done.code}", place.early.id, -1)
    assert session.scalar(select(func.count()).select_from(Redemption)) == 1


def test_points_are_spent_in_the_street_where_they_were_earned(session: Session) -> None:
    place = shop(session)
    far, foreign = make.volunteer(session, community="CS"), make.volunteer(session, community="NZ")
    for person in (far, foreign):
        make.points(session, person, 100)
    assert redeem(session, far, by=place.clerk).total_points == 20
    facts = {"volunteer": foreign.code, "street": "南庄坪街道"}
    with refused(session, "from-other-street", **facts):
        redeem(session, foreign, by=place.clerk)
    with refused(session, "from-other-street", **facts):
        counter.reserve(session, foreign)
    serving.agree(session, street="YD", other="NZP", by=make.street_admin(session), at=make.NOW)
    with refused(session, "from-other-street", **facts):
        redeem(session, foreign, by=place.clerk)
    serving.agree(session, street="NZP", other="YD", by=make.street_admin(session, "NZP"), at=make.NOW)
    assert redeem(session, foreign, by=place.clerk).total_points == 20
    books.assert_the_books_are_right(session)


def test_where_each_station_serves_its_own_community_the_next_one_is_told_where_to_go(session: Session) -> None:
    place, far = shop(session), make.volunteer(session, community="CS")
    make.points(session, far, 100)
    serving.choose(session, street="YD", whole_street=False, by=make.street_admin(session), at=make.NOW)
    with refused(session, "from-other-community", volunteer=far.code, community="崇实社区"):
        redeem(session, far, by=place.clerk)
    assert redeem(session, place.person, by=place.clerk).total_points == 20
