"""Whatever cannot be read in a form of a visitor or volunteer is refused beside its field, and nothing changes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict

from points import http
from points.shapes import forms
from points.shapes.forms import Asked, Each, Form
from points.web import claims, sign_in_list
from points.web.public import assisted, feedback, merchants, registration, sign_in
from points.web.volunteer import activities, goods, household, leaving, me, records, scan, series
from tests import tables
from tests.web.conftest import Browser, Street
from tests.web.test_forms_of_staff import named, right, wrong

Address = Callable[[Street], str]


@dataclass(frozen=True)
class Sheet:
    """A form and where it is sent to, by the volunteer of the street unless by somebody who is not signed in.

    `quiet` fields stand nowhere on the page to be marked; `given`: what other fields hold where a thing must be there.
    """

    address: Address
    form: type[Form]
    signed_in: bool = True
    quiet: tuple[str, ...] = ()
    given: Callable[[Street], Mapping[str, str]] = lambda street: {}


GUARDIAN = ("guardian_name", "guardian_phone", "guardian_relation")
SHEETS = {
    "register": Sheet(lambda street: "/register", registration.Registration, signed_in=False, quiet=GUARDIAN),
    "register a child": Sheet(
        lambda street: "/register/minor", registration.Registration, signed_in=False, quiet=("phone", "elder_mode")
    ),
    "sign in": Sheet(lambda street: "/sign-in", sign_in.SignIn, signed_in=False),
    "sign in as staff": Sheet(lambda street: "/sign-in/staff", sign_in.StaffSignIn, signed_in=False),
    "choose a password": Sheet(lambda street: "/set-up/never-sent", sign_in.NewPassword, signed_in=False),
    "complain": Sheet(lambda street: "/complaints", feedback.Message, signed_in=False),
    "prove a voucher": Sheet(lambda street: f"/m/{street.merchant_token}", merchants.Voucher, signed_in=False),
    "be signed in by staff": Sheet(
        lambda street: "/sign-in/help", assisted.Standing, signed_in=False, quiet=("station",)
    ),
    "sign up": Sheet(
        lambda street: f"/my/activities/{street.coming}/sign-up",
        activities.SignUp,
        quiet=("guardian_present", "as_report_in", "as_team"),
    ),
    "type the digits": Sheet(lambda street: f"/my/activities/{street.running}/digits", activities.Digits),
    "type the digits of today": Sheet(lambda street: "/my/scan", scan.DigitsOfToday, quiet=("activity",)),
    "tap": Sheet(lambda street: "/my/scan/never-made", scan.Tap, quiet=("direction", "key")),
    "come to every date": Sheet(
        lambda street: f"/my/activities/{street.coming}/series", series.AllDates, quiet=("guardian_present", "leave")
    ),
    "make up": Sheet(lambda street: f"/my/activities/{street.ended}/makeup", claims.Claim, quiet=("day",)),
    "object": Sheet(lambda street: f"/my/records/{street.record}", records.Objection),
    "reserve": Sheet(lambda street: "/my/goods", goods.Reservation, quiet=("station", "key")),
    "choose a consent": Sheet(lambda street: "/my/me/consents", me.Choice, quiet=("purpose", "give")),
    "change oneself": Sheet(lambda street: "/my/me/profile", me.Profile),
    "leave": Sheet(lambda street: "/my/me/leave", leaving.Leaving, quiet=("points", "successor", "call_off")),
    "set a PIN": Sheet(lambda street: "/my/me/pin", me.NewPin, quiet=("old",)),
    "end a sign-in": Sheet(lambda street: "/my/sign-ins/end", sign_in_list.End, quiet=("all", "sign_in")),
    "ask a household": Sheet(lambda street: "/my/household/ask", household.Ask),
    "answer": Sheet(lambda street: "/my/household/answer", household.Answer, quiet=("who", "accept")),
    "remove": Sheet(lambda street: "/my/household/remove", household.Leaver, quiet=("who",)),
    "share": Sheet(lambda street: "/my/household/pool", household.Pool, quiet=("pool",)),
}
BUTTONS = {
    "public.elder",
    "public.go_on",
    "public.language",
    "public.sign_out",
    "volunteer.apply_to_team",
    "volunteer.cancel",
    "volunteer.cancel_reservation",
    "volunteer.found_household",
    "volunteer.leave_household",
    "volunteer.leave_team",
    "volunteer.own_copy",
    "volunteer.take_back",
}
"""Addresses to which nothing is sent that somebody typed or chose, or where what is no choice of ours is ignored."""
ODD = (
    "\x00\x07\x1b",
    "１２３４５６７８",
    "9" * 100_000,
    "<b>&'\"",
    "../../etc",
    "\ufeff",
)


@pytest.fixture(autouse=True)
def _no_earlier_tries(app: Flask) -> Iterator[None]:
    http.limiter.reset()
    yield
    http.limiter.reset()


@pytest.fixture
def sender(
    street: Street, phone_of: Callable[[str], Browser], browser: Callable[[], Browser]
) -> Callable[..., Browser]:
    """The browser from which this sheet is sent."""
    return lambda sheet: phone_of(street.volunteer) if sheet.signed_in else browser()


def whole(sheet: Sheet, street: Street) -> dict[str, str]:
    """The form filled in so that all of it can be read."""
    asked = forms.asked(sheet.form).values()
    return {named(one): right(one.kind) for one in asked} | dict(sheet.given(street))


def typed_wrongly(one: Asked) -> list[str]:
    return [*wrong(one.kind), *([""] if one.required and one.many is None else [])]


UNTRIED = {"public.sign_in_again", "volunteer.answer_team", "volunteer.drop_skill", "volunteer.propose_skill"}
"""New forms without a sheet here yet: each has a test of its page, none of what cannot be read in every field."""


def test_every_form_of_residents_is_tried(app: Flask, street: Street):
    where = app.url_map.bind("localhost")
    tried = {where.match(sheet.address(street), method="POST")[0] for sheet in SHEETS.values()}
    sent = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {one for one in sent if one.startswith(("public.", "volunteer."))} - tried == BUTTONS | UNTRIED


@pytest.mark.parametrize("name", SHEETS)
def test_what_cannot_be_read_is_refused_beside_its_field_and_nothing_changes(
    engine: Engine, street: Street, sender: Callable[[Sheet], Browser], name: str
):
    sheet = SHEETS[name]
    phone, address, filled = sender(sheet), sheet.address(street), whole(sheet, street)
    before = tables.keep(engine)
    for one in forms.asked(sheet.form).values():
        for typed in typed_wrongly(one):
            http.limiter.reset()
            answer = phone.post(address, **filled | {named(one): typed})
            assert (one.name, typed, answer.status_code) == (one.name, typed, 422)
            marked = re.findall(r'id="w-([^"]+)"', answer.text)
            if one.name not in sheet.quiet and one.many is not Each:
                assert marked == [one.name], (one.name, typed)
                assert 'aria-invalid="true"' in answer.text
                assert answer.text.count(" autofocus") == 1
                field = re.search(rf'<input id="f-{one.name}"[^>]*>', answer.text)
                if field and 'type="password"' not in field[0]:
                    assert f'value="{typed}"' in field[0]
    assert tables.keep(engine) == before


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_that_is_sent_is_answered_by_a_fault(street: Street, sender: Callable[[Sheet], Browser], name: str):
    sheet = SHEETS[name]
    phone, address, filled = sender(sheet), sheet.address(street), whole(sheet, street)
    token = re.search(r'name="csrf_token" value="([^"]+)"', phone.get("/complaints").text)
    assert token
    names = [named(one) for one in forms.asked(sheet.form).values()]
    one_by_one = [MultiDict(filled | {name: odd}) for name in names for odd in ODD]
    all_odd = MultiDict([(each, odd) for each in filled for odd in ODD])
    repeated = MultiDict([*filled.items(), *all_odd.items(multi=True)])
    for sent in (*one_by_one, all_odd, repeated, MultiDict(), MultiDict({"qty-\x00": "1", "consent-": "1"})):
        http.limiter.reset()
        sent["csrf_token"] = token[1]
        assert phone.client.post(address, data=sent).status_code < 500
