"""The cart at the desk: its sums, what is in the way of one more, and what was typed, read as the service reads it."""

from dataclasses import dataclass
from typing import Any

import pytest

from points.web import carts
from tests.browser.units.conftest import Bench

RICE = {"qty": 0, "price": 30, "left": 5, "month": 4}
MEANS = {"all": 100, "day": 80}


@dataclass(frozen=True)
class Offer:
    """Goods on offer, as far as it matters for what is typed."""

    code: str
    label_code: str
    name: str


SHELF = [
    Offer("G02", "7K3M9QX2AB", "大米"),
    Offer("G10", "8K3M9QX2AC", "Soap 2"),
    Offer("X10", "9K3M9QX2AD", "毛巾"),
    Offer("OIL", "1K3M9QX2AE", "食用油"),
]


def test_a_cart_costs_what_lies_in_it(still: Bench) -> None:
    items = [{"qty": 2, "price": 30}, {"qty": 0, "price": 99}, {"qty": 1, "price": 7}]
    assert still.asks("desk/cart.js", does="(cart, items) => [cart.total(items), cart.total([])]", facts=items) == [
        67,
        0,
    ]


@pytest.mark.parametrize(
    ("item", "spent", "means", "refused"),
    [
        ({}, 0, {}, None),
        ({"qty": 4, "month": 5}, 0, {}, None),
        ({"qty": 5, "month": 9}, 0, {}, {"why": "stock"}),
        ({"qty": 4}, 0, {}, {"why": "month"}),
        ({"qty": 5, "month": 5}, 0, {}, {"why": "stock"}),
        ({}, 70, {"day": 200}, None),
        ({}, 71, {"day": 200}, {"why": "points", "short": 1}),
        ({}, 50, {}, None),
        ({}, 51, {}, {"why": "day"}),
        ({}, 90, {}, {"why": "points", "short": 20}),
        ({"left": 0}, 500, {}, {"why": "stock"}),
    ],
)
def test_one_more_is_refused_for_the_bound_that_is_in_the_way(
    still: Bench, item: dict[str, int], spent: int, means: dict[str, int], refused: dict[str, Any] | None
) -> None:
    facts = [RICE | item, spent, MEANS | means]
    assert still.asks("desk/cart.js", does="(cart, all) => cart.refused(...all)", facts=facts) == refused


def test_what_has_no_bound_is_never_refused(still: Bench) -> None:
    told = still.asks(
        "desk/cart.js",
        does="""cart => cart.refused({qty: 1000, price: 1, left: Infinity, month: Infinity}, 0,
          {all: 1, day: Infinity})""",
    )
    assert told is None


def test_only_whole_numbers_above_nothing_are_a_quantity(still: Bench) -> None:
    typed = ["3", " 3 ", "0", "", "-1", "2.5", "many", "1e2"]
    told = still.asks("desk/cart.js", does="(cart, all) => all.map(cart.quantity)", facts=typed)
    assert told == [3, 3, 0, 0, 0, 0, 0, 100]


TYPED = [
    "2",
    "02",
    "-2",
    "−2",
    "G02",
    "g02",
    "-g02",
    "10",
    "G10",
    "x10",
    "OIL",
    "oil",
    "大米",
    "- 大米",
    "soap 2",
    "SOAP 2",
]
TYPED += [
    "7k3m9qx2ab",
    "https://points.example/g/7K3M9QX2AB",
    "http://lan/g/9K3M9QX2AD",
    "99",
    "0",
    "",
    "-",
    "米",
    "--2",
]


@pytest.mark.parametrize("typed", TYPED)
def test_what_is_typed_means_the_same_with_a_script_and_without(still: Bench, typed: str) -> None:
    numbers = carts.numbers(SHELF)  # type: ignore[arg-type]  # as much of an offer as is read
    items = [
        {"code": one.code, "label": one.label_code, "name": one.name, "number": numbers[one.code]} for one in SHELF
    ]
    told = still.asks("desk/typed.js", does="(typed, all) => typed.meant(...all)", facts=[typed, items])
    expected = carts.meant(typed, SHELF)  # type: ignore[arg-type]
    assert (told and (told["item"]["code"], told["more"])) == expected


def test_a_number_of_goods_is_known_from_a_name(still: Bench) -> None:
    typed = ["2", "-2", "−2", "999", "1000", "G2", "", "大米"]
    told = still.asks("desk/typed.js", does="(typed, all) => all.map(typed.isNumber)", facts=typed)
    assert told == [True, True, True, True, False, False, False, False]


def test_tiles_show_what_the_cart_allows(bench: Bench) -> None:
    """Two of rice for 60 of 100 points leave one for 40, and none of the tea for 45."""
    tile = (
        '<li data-tile="{0}" data-label="L{0}" data-name="{0}" data-number="{1}" data-price="{2}" data-left="5">'
        '<button class="tile-add"><span data-why>free</span></button><button class="tile-less"></button>'
        '<input class="tile-qty" value="0"></li>'
    )
    bench.lays(
        '<form data-desk data-all="100" data-say-points="# short" data-say-stock="none" data-say-month="month">'
        + tile.format("RICE", 1, 30)
        + tile.format("TEA", 2, 45)
        + "<b data-total></b><b data-rest></b></form>"
    )
    told = bench.asks(
        "desk/tiles.js",
        does="""tiles => {
          const rice = tiles.tileOf("RICE"), read = name => document.querySelector(name).textContent;
          tiles.add(rice, 1);
          tiles.add(rice, 1);
          tiles.draw();
          const said = Array.from(document.querySelectorAll("[data-why]"), one => one.textContent);
          const shown = [read("[data-total]"), read("[data-rest]"), rice.classList.contains("chosen")];
          tiles.add(rice, -1);
          tiles.draw();
          return [said, shown, tiles.spent(), tiles.whyNot(tiles.tileOf("TEA"))];
        }""",
    )
    assert told == [["free", "5 short"], ["60", "40", True], 30, ""]
