"""Whatever cannot be read in a form of staff is refused beside its field, what was typed stays, and nothing changes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from points.shapes import fields, forms
from points.shapes.fields import Typed
from points.shapes.forms import Asked, Each, Form
from points.web import sign_in_list
from points.web.staff import (
    account,
    accounts,
    activities,
    adjustments,
    backfill,
    calendar,
    desk,
    duplicates,
    estate,
    exchange_days,
    feedback,
    goods,
    household,
    identified,
    kinds,
    leaving,
    let_in,
    lists,
    makeups,
    merchants,
    people,
    place,
    places,
    plan_form,
    planning,
    printing,
    redemption,
    residence,
    rules,
    series,
    station,
    stock,
    stock_keeping,
    stock_transfers,
    team,
    waiting,
)
from points.web.usual import Why
from tests import tables
from tests.web.conftest import Browser, Street

Address = Callable[[Street], str]


@dataclass(frozen=True)
class Sheet:
    """A form, where it is sent to, and who sends it; `quiet` fields stand nowhere on the page to be marked.

    `given`: what other fields hold where a thing must be there.
    """

    address: Address
    form: type[Form]
    role: tuple[str, str] = ("street_admin", "YD")
    quiet: tuple[str, ...] = ()
    given: Callable[[Street], Mapping[str, str]] = lambda street: {}


SHEETS = {
    "plan": Sheet(
        lambda street: "/staff/activities",
        plan_form.NewActivity,
        quiet=("like", "then", "weekday"),
        given=lambda street: {"like": ""},
    ),
    "fill in afterwards": Sheet(lambda street: "/staff/activities/backfill", backfill.Backfill),
    "change a draft": Sheet(
        lambda street: f"/staff/activities/{street.draft}/change", plan_form.DraftChange, quiet=("version", "rest")
    ),
    "change what is published": Sheet(
        lambda street: f"/staff/activities/{street.coming}/change", plan_form.PublishedChange, quiet=("version", "rest")
    ),
    "cancel a series": Sheet(lambda street: f"/staff/series/{street.series}/cancel", series.CancelRest),
    "extend a series": Sheet(lambda street: f"/staff/series/{street.series}/extend", series.Longer),
    "a day of our own": Sheet(lambda street: "/staff/calendar", calendar.DayOfOurOwn),
    "take a day back": Sheet(lambda street: "/staff/calendar/forget", calendar.ForgottenDay, quiet=("day",)),
    "settle": Sheet(lambda street: f"/staff/activities/{street.ended}/settle", activities.Settlement),
    "cancel": Sheet(lambda street: f"/staff/activities/{street.running}/cancel", Why),
    "tick": Sheet(
        lambda street: f"/staff/activities/{street.running}/roster/tick", activities.Tick, quiet=("key", "tick")
    ),
    "make up": Sheet(
        lambda street: f"/staff/activities/{street.ended}/makeups",
        makeups.ClaimForSomebody,
        quiet=("volunteer", "day"),
        role=("community_admin", "BZ"),
    ),
    "adjust": Sheet(lambda street: "/staff/adjustments", adjustments.NewAdjustment),
    "decide on an adjustment": Sheet(
        lambda street: "/staff/adjustments/never-made", adjustments.Verdict, quiet=("approve",)
    ),
    "answer": Sheet(lambda street: f"/staff/feedback/{street.feedback}", feedback.Reply),
    "take a list out": Sheet(lambda street: "/staff/lists", lists.Take),
    "add an account": Sheet(lambda street: "/staff/accounts", accounts.NewAccount),
    "grant": Sheet(lambda street: f"/staff/accounts/{street.clerk}/grant", accounts.Grant),
    "end a role": Sheet(lambda street: f"/staff/accounts/{street.clerk}/end", accounts.RoleAt, quiet=("role", "place")),
    "say whose it is": Sheet(
        lambda street: f"/staff/accounts/{street.clerk}/person", accounts.Whose, quiet=("name", "phone", "volunteer")
    ),
    "change my password": Sheet(lambda street: "/staff/password", account.ChangedPassword),
    "disable": Sheet(lambda street: f"/staff/accounts/{street.clerk}/disable", Why, quiet=("reason",)),
    "found a team": Sheet(lambda street: "/staff/teams", team.NewTeam),
    "admit": Sheet(lambda street: f"/staff/teams/{street.team}/admit", team.Who),
    "remove": Sheet(lambda street: f"/staff/teams/{street.team}/remove", team.WhoAndWhy, quiet=("volunteer", "reason")),
    "add an area": Sheet(lambda street: "/staff/places/areas", places.NewArea),
    "add an area below": Sheet(lambda street: "/staff/places/BZ/below", place.Below),
    "correct an area": Sheet(lambda street: "/staff/places/BZ/correct", place.Correct),
    "add a kind": Sheet(lambda street: "/staff/kinds", kinds.NewKind),
    "change a kind": Sheet(lambda street: "/staff/kinds/environment/correct", kinds.KindFacts),
    "close a kind": Sheet(lambda street: "/staff/kinds/environment/close", Why),
    "set a theme": Sheet(lambda street: "/staff/themes", kinds.Theme),
    "rename a theme": Sheet(lambda street: "/staff/themes/rename", kinds.ThemeName, quiet=("area", "month", "title")),
    "end a theme": Sheet(lambda street: "/staff/themes/end", kinds.ThemeOf, quiet=("area", "month")),
    "correct a station": Sheet(lambda street: "/staff/stations/NLJ-1/correct", station.StationCard),
    "pause a station": Sheet(lambda street: "/staff/stations/NLJ-1/pause", Why),
    "close a station": Sheet(lambda street: "/staff/stations/NLJ-1/close", Why),
    "add an estate": Sheet(lambda street: "/staff/places/BZ/estates", place.NewEstate),
    "correct an estate": Sheet(lambda street: f"/staff/estates/{street.estate}/correct", estate.EstateFacts),
    "close an estate": Sheet(lambda street: f"/staff/estates/{street.estate}/close", Why),
    "add a building": Sheet(lambda street: f"/staff/estates/{street.estate}/buildings", estate.NewBuilding),
    "rename a building": Sheet(lambda street: f"/staff/buildings/{street.estate}-1/rename", estate.OtherName),
    "close a building": Sheet(lambda street: f"/staff/buildings/{street.estate}-1/close", Why),
    "say where one lives": Sheet(
        lambda street: f"/staff/people/{street.volunteer}/home",
        residence.Lives,
        quiet=("household", "neighbour_group", "dwelling", "members"),
    ),
    "close an area": Sheet(lambda street: "/staff/places/BZ/close", Why),
    "open a station": Sheet(lambda street: "/staff/places/stations", places.NewStation),
    "add a merchant": Sheet(lambda street: "/staff/merchants", merchants.NewMerchant, quiet=("street",)),
    "dismiss a merchant": Sheet(lambda street: f"/staff/merchants/{street.merchant}/dismiss", Why),
    "accept a voucher": Sheet(lambda street: "/staff/vouchers", merchants.Voucher),
    "add a donor": Sheet(lambda street: "/staff/donors", merchants.NewDonor),
    "receive": Sheet(
        lambda street: "/staff/stock/receive",
        stock.DeliveryForm,
        role=("station_staff", "NLJ-1"),
        quiet=("station", "rows"),
    ),
    "plan an exchange day": Sheet(lambda street: "/staff/stock/sessions", stock.NewDay, quiet=("station",)),
    "write off": Sheet(
        lambda street: "/staff/stock/write-off",
        stock_keeping.Loss,
        role=("station_staff", "NLJ-1"),
        quiet=("station",),
        given=lambda street: {"station": "NLJ-1"},
    ),
    "move": Sheet(
        lambda street: "/staff/stock/transfer",
        stock_transfers.Sending,
        role=("station_staff", "NLJ-1"),
        given=lambda street: {"station": "NLJ-1"},
        quiet=("station", "item", "qty", "to", "second_login", "second_password"),
    ),
    "count": Sheet(
        lambda street: "/staff/stock/count",
        stock_keeping.MonthlyCount,
        role=("station_staff", "NLJ-1"),
        given=lambda street: {"station": "NLJ-1"},
        quiet=("station",),
    ),
    "explain a count": Sheet(
        lambda street: "/staff/stock/count/explain",
        stock_keeping.MonthExplained,
        role=("station_staff", "NLJ-1"),
        given=lambda street: {"station": "NLJ-1"},
        quiet=("station", "reason", "second_login", "second_password"),
    ),
    "close an exchange day": Sheet(lambda street: f"/staff/sessions/{street.event}/close", exchange_days.Left),
    "explain": Sheet(
        lambda street: f"/staff/sessions/{street.event}/explain",
        exchange_days.Explained,
        quiet=("second_login", "second_password"),
    ),
    "cancel an exchange day": Sheet(lambda street: f"/staff/sessions/{street.event}/cancel", Why),
    "propose goods": Sheet(
        lambda street: "/staff/goods", goods.NewGoods, quiet=("street",), given=lambda street: {"street": "YD"}
    ),
    "change goods": Sheet(lambda street: "/staff/goods/G02/change", goods.ChangedGoods, quiet=("version",)),
    "announce a price": Sheet(lambda street: "/staff/goods/G02/price", goods.NewPrice),
    "draft rules": Sheet(
        lambda street: "/staff/rules", rules.NewRules, quiet=("street",), given=lambda street: {"street": "YD"}
    ),
    "preview rules": Sheet(
        lambda street: "/staff/rules/preview", rules.NewRules, quiet=("street",), given=lambda street: {"street": "YD"}
    ),
    "register": Sheet(lambda street: "/staff/people", people.Registration, quiet=("somebody_else",)),
    "look": Sheet(lambda street: f"/staff/people/{street.child}/look", people.Look, quiet=("back", "reason")),
    "issue a card": Sheet(lambda street: f"/staff/people/{street.volunteer}/card", people.NewCard, quiet=("reason",)),
    "set a PIN": Sheet(lambda street: f"/staff/people/{street.volunteer}/pin", people.NewPin),
    "note the guardian": Sheet(
        lambda street: f"/staff/people/{street.volunteer}/guardian",
        people.GuardianThere,
        quiet=("guardian_volunteer",),
    ),
    "end a registration": Sheet(
        lambda street: f"/staff/people/{street.volunteer}/leave",
        leaving.Leaving,
        quiet=("points", "successor", "call_off"),
    ),
    "let in": Sheet(
        lambda street: f"/staff/people/{street.volunteer}/sign-in",
        let_in.LetIn,
        quiet=("station", "check", "by_card", "guardian_present", "phone4", "pin"),
    ),
    "merge": Sheet(
        lambda street: "/staff/people/duplicates/merge",
        duplicates.Merge,
        quiet=("one", "other", "kept", "second_login", "second_password"),
        given=lambda street: {"one": street.volunteer, "other": street.leader, "kept": street.leader},
    ),
    "decide on a make-up": Sheet(
        lambda street: "/staff/waiting/makeups/never-made", waiting.Verdict, quiet=("approve", "reason")
    ),
    "decide on a proposed adjustment": Sheet(
        lambda street: "/staff/waiting/adjustments/never-made", waiting.Verdict, quiet=("approve", "reason")
    ),
    "let a stay stand": Sheet(
        lambda street: "/staff/waiting/stays/never-made/stands", waiting.Stands, quiet=("activity", "reason")
    ),
    "strike a stay out": Sheet(
        lambda street: "/staff/waiting/stays/never-made/strike-out",
        waiting.StrikeOut,
        quiet=("reason", "second_login", "second_password"),
    ),
    "amend a record": Sheet(
        lambda street: "/staff/waiting/disputes/never-made/amend", waiting.Amend, quiet=("minutes", "reason")
    ),
    "hand over": Sheet(
        lambda street: "/staff/desk",
        desk.HandOver,
        role=("station_staff", "NLJ-1"),
        quiet=("volunteer", "station", "check", "by_card", "card", "key", "add"),
        given=lambda street: {"volunteer": street.volunteer, "station": "NLJ-1", "check": "pin", "qty-G02": "1"},
    ),
    "choose": Sheet(
        lambda street: "/staff/desk/confirm",
        desk.Chosen,
        role=("station_staff", "NLJ-1"),
        quiet=("volunteer", "station", "by_card", "card", "key", "add"),
        given=lambda street: {"volunteer": street.volunteer, "station": "NLJ-1"},
    ),
    "fulfil": Sheet(
        lambda street: f"/staff/redemptions/{street.reserved}/fulfil",
        identified.Fetched,
        role=("station_staff", "NLJ-1"),
        quiet=("check", "by_card"),
    ),
    "cancel a reservation": Sheet(
        lambda street: f"/staff/redemptions/{street.reserved}/cancel",
        redemption.Cancelled,
        role=("station_staff", "NLJ-1"),
    ),
    "take goods back": Sheet(
        lambda street: f"/staff/redemptions/{street.receipt}/return",
        redemption.Returned,
        role=("station_staff", "NLJ-1"),
    ),
    "answer for a household": Sheet(
        lambda street: f"/staff/people/{street.volunteer}/household/answer",
        household.Answer,
        quiet=("who", "accept", "check", "by_card", "pin", "phone4", "second_login", "second_password"),
    ),
    "take into a household": Sheet(
        lambda street: f"/staff/people/{street.volunteer}/household/take-in",
        household.TakeIn,
        quiet=("who", "check", "by_card", "pin", "phone4", "second_login", "second_password"),
    ),
    "share points": Sheet(
        lambda street: f"/staff/people/{street.volunteer}/household/share", household.Paper, quiet=("paper_ref",)
    ),
    "end a sign-in": Sheet(lambda street: "/staff/sign-ins/end", sign_in_list.End, quiet=("all", "sign_in")),
    "issue cards": Sheet(lambda street: "/staff/print/cards/issue", printing.Issue, quiet=("community",)),
    "keep a template": Sheet(lambda street: f"/staff/activities/{street.ended}/keep", planning.Keep, quiet=("keep",)),
    "send a series back": Sheet(lambda street: f"/staff/series/{street.series}/send-back", Why, quiet=("reason",)),
    "know two apart": Sheet(lambda street: "/staff/people/duplicates/apart", duplicates.Pair, quiet=("one", "other")),
    "decide": Sheet(
        lambda street: f"/staff/activities/{street.running}/roster/decide",
        activities.Decision,
        quiet=("let_in", "decline"),
    ),
}


BUTTONS = {
    "staff.account_link",
    "staff.activity_minors",
    "staff.goods_step",
    "staff.merchant_link",
    "staff.place_agree",
    "staff.place_disagree",
    "staff.place_kinds",
    "staff.place_building_reopen",
    "staff.place_category_reopen",
    "staff.place_estate_reopen",
    "staff.place_station_reopen",
    "staff.place_reopen",
    "staff.place_serving",
    "staff.rules_step",
    "staff.waiting_record",
    "staff.watch_seen",
}
"""Addresses to which nothing is sent that somebody typed or chose."""
ELSEWHERE = {"staff.stock_taken_in", "staff.stock_taken_back"}
"""Forms about goods on the way, which `test_stock_keeping` fills in wrongly."""


def right(kind: Typed) -> str:
    """Something that can be read."""
    match kind:
        case fields.Whole():
            return str(least(kind))
        case fields.Month():
            return "2026-05"
        case fields.Day():
            return "2026-05-09"
        case fields.ClockTime():
            return "09:00"
        case fields.Yuan():
            return "3.50"
        case fields.Flag():
            return "1"
        case fields.Word():
            return next(iter(kind.validators)).choices[0]  # type: ignore[attr-defined, no-any-return]
        case fields.Phone():
            return "19900000001"
        case fields.Code():
            return "YD000123"
        case _:
            return "x" * max(1, lengths(kind)[0])


def wrong(kind: Typed) -> Iterator[str]:
    """What people type by mistake, and what nobody should."""
    match kind:
        case fields.Whole():
            yield from ("12人", "1.5", "9" * 12, "9" * 60, str(least(kind) - 1))
        case fields.Day() | fields.ClockTime() | fields.Yuan() | fields.Flag() | fields.Word():
            yield from ("什么时候", "9" * 60)
        case fields.Code():
            yield from ("编号", "a/b", "x" * 60)
        case _:
            least_long, most_long = lengths(kind)
            yield "x" * (most_long + 1)
            if least_long > 1:
                yield "x" * (least_long - 1)


def least(kind: Typed) -> int:
    return int(next(iter(kind.validators)).min)  # type: ignore[attr-defined]


def lengths(kind: Typed) -> tuple[int, int]:
    rule = next(iter(kind.validators))
    return rule.min or 0, rule.max  # type: ignore[attr-defined]


def named(one: Asked) -> str:
    return f"{one.name}-X1" if one.many is Each else one.name


UNTRIED = {
    "staff.account_token_add", "staff.account_token_revoke", "staff.goods_price_withdraw", "staff.list_in_take",
    "staff.list_in_try", "staff.people_correct_now", "staff.people_reinstate", "staff.people_skill_drop",
    "staff.people_skill_seen", "staff.people_suspend_now", "staff.rules_withdraw", "staff.unit_add", "staff.unit_step",
}  # fmt: skip
"""New forms without a sheet here yet: each has a test of its page, none of what cannot be read in every field."""


def test_every_form_of_staff_is_tried(app: Flask, street: Street):
    where = app.url_map.bind("localhost")
    tried = {where.match(sheet.address(street), method="POST")[0] for sheet in SHEETS.values()}
    sent = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {one for one in sent if one.startswith("staff.")} - tried == BUTTONS | ELSEWHERE | UNTRIED


@pytest.mark.parametrize("name", SHEETS)
def test_what_cannot_be_read_is_refused_beside_its_field_and_nothing_changes(
    ground: Session, engine: Engine, street: Street, staff_pc: Callable[..., Browser], name: str
):
    sheet = SHEETS[name]
    pc, address = staff_pc(*sheet.role), sheet.address(street)
    asked = forms.asked(sheet.form).values()
    whole = {named(one): right(one.kind) for one in asked} | sheet.given(street) | {"key": "a-key-of-the-form"}
    before = tables.keep(engine)
    for one in asked:
        for typed in [*wrong(one.kind), *([""] if one.required and one.many is None else [])]:
            answer = pc.post(address, **whole | {named(one): typed})
            assert (one.name, typed, answer.status_code) == (one.name, typed, 422)
            marked = re.findall(r'id="w-([^"]+)"', answer.text)
            if one.name not in sheet.quiet and one.many is not Each:
                assert len(marked) == 1, (one.name, typed)
                assert marked[0].startswith(one.name)
                assert 'aria-invalid="true"' in answer.text
                assert answer.text.count(" autofocus") == 1
    assert tables.keep(engine) == before
