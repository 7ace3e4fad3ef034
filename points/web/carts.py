"""A cart as a form has it: one field `qty-CODE` for each item on offer."""

from collections.abc import Mapping

from points.exchange.redemption import Line

PREFIX = "qty-"


def lines(form: Mapping[str, str]) -> list[Line]:
    """What was chosen; fields left at nothing are not. A number that is none becomes -1, which the business refuses."""
    chosen = []
    for name, typed in form.items():
        text = typed.strip()
        if name.startswith(PREFIX) and text not in ("", "0"):
            qty = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
            chosen.append(Line(item=name.removeprefix(PREFIX), qty=qty))
    return chosen
