"""A cart as a form has it: one field `qty-CODE` for each item on offer; and what is typed to fill it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from points.exchange.goods import Offer
from points.exchange.redemption import Line
from points.foundation import typed
from points.shapes.fields import Whole
from points.shapes.forms import Each, Form
from points.shapes.redemptions import MOST_OF_ONE

PREFIX = "qty-"


@dataclass(frozen=True, kw_only=True)
class Cart(Form):
    """How many of each item."""

    qty: Annotated[dict[str, int], Each(Whole(most=MOST_OF_ONE))] = field(default_factory=dict)


def lines(cart: Cart) -> list[Line]:
    """What was chosen; what was left at nothing is not."""
    return [Line(item=item, qty=qty) for item, qty in cart.qty.items() if qty]


def numbers(offers: Sequence[Offer]) -> dict[str, str]:
    """What a clerk types for each item: the number in its code where no other has it (2 for G02), or the code."""
    short = {offer.code: _number(offer.code) for offer in offers}
    return {code: number if list(short.values()).count(number) == 1 else code for code, number in short.items()}


def meant(text: str, offers: Sequence[Offer]) -> tuple[str, int] | None:
    """The item meant by what was typed or scanned, and how many more: `2`, `G02`, a label, a name; `-2` takes one away.

    None when it is no item on offer.
    """
    written = typed.figures(text)
    more, wanted = (-1, written[1:].strip()) if written.startswith("-") else (1, written)
    kind, code = typed.address(wanted) or ("", "")
    wanted = (code if kind == "g" else wanted).casefold()
    number = {short.casefold(): code for code, short in numbers(offers).items()}
    for offer in offers:
        if wanted in (offer.code.casefold(), offer.label_code.casefold(), typed.plain(offer.name).casefold()):
            return offer.code, more
    found = number.get(wanted.lstrip("0")) if wanted.isdecimal() else None
    return (found, more) if found else None


def _number(code: str) -> str:
    return "".join(one for one in code if one.isascii() and one.isdigit()).lstrip("0") or code
