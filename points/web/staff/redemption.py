"""A receipt: printed, a reservation handed over or cancelled, goods taken back."""

from dataclasses import dataclass, field
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import identity
from points.database import db
from points.exchange import redemption
from points.exchange.redemption import BroughtBack, Receipt
from points.foundation import clock
from points.foundation.errors import Refusal
from points.places import stations
from points.shapes.fields import MORE_THAN_OUT, NOTHING_BACK, Flag, Whole
from points.shapes.forms import Each, Form
from points.shapes.redemptions import MOST_OF_ONE, CancelShape, ReturnShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.identified import Fetched, compared, proxy_of
from points.web.staff.stock import second_signature
from points.web.usual import Signed


@dataclass(frozen=True, kw_only=True)
class Cancelled(Form, like=CancelShape):
    """Why a reservation is cancelled."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Returned(Signed, like=ReturnShape):
    """How many of each line come back, or all; what is wrong, and whether they go on the shelf again."""

    all: Annotated[bool, Flag()] = False
    qty: Annotated[dict[str, int], Each(Whole(most=MOST_OF_ONE))] = field(default_factory=dict)
    reason: str
    to_stock: bool = False


@bp.get("/redemptions/<code>", endpoint="redemption")
def show_redemption(code: str) -> Response:
    """A receipt to print; a reservation to hand over."""
    return _receipt(code)


@bp.post("/redemptions/<code>/fulfil")
def redemption_fulfil(code: str) -> Response:
    """Hand over what was reserved."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Fetched)
        shown = compared(form, redemption.seen(db.session(), code, by=by).redeemer_code)

        def act(session: Session) -> None:
            seen = redemption.seen(session, code, by=by)
            redemption.fulfil(
                session,
                redemption=code,
                identity=identity.checked(
                    session, shown, volunteer=seen.redeemer_code, clerk=http.current_actor(), at=at
                ),
                by=by,
                at=at,
                proxy=proxy_of(form),
            )

        forms.once(act)
    except Refusal as refusal:
        return _receipt(code, refusal=refusal)
    return redirect(url_for(".redemption", code=code), 303)


@bp.post("/redemptions/<code>/cancel")
def redemption_cancel(code: str) -> Response:
    """Cancel a reservation at the person's wish."""
    try:
        reason = forms.read(Cancelled).reason
        forms.once(
            lambda session: redemption.cancel(
                session, redemption=code, by=http.current_actor(), at=clock.now(), reason=reason
            )
        )
    except Refusal as refusal:
        return _receipt(code, refusal=refusal)
    return redirect(url_for(".redemption", code=code), 303)


@bp.post("/redemptions/<code>/return")
def redemption_return(code: str) -> Response:
    """Take goods back, signed by two people; the points go back to where they came from."""
    by, at = http.current_actor(), clock.now()

    def give_back(session: Session) -> str:
        return redemption.give_back(
            session,
            redemption=code,
            to_stock=form.to_stock,
            reason=form.reason,
            lines=_brought_back(redemption.receipt(session, code, by=by), form),
            by=by,
            second=second_signature(session, form),
            at=at,
        ).status

    try:
        redemption.seen(db.session(), code, by=by)
        form = forms.read(Returned)
        forms.once(give_back)
    except Refusal as refusal:
        return _receipt(code, refusal=refusal)
    flash(gettext("Taken back. The points are given back."))
    return redirect(url_for(".redemption", code=code), 303)


def _brought_back(receipt: Receipt, form: Returned) -> list[BroughtBack]:
    """The lines for which a number was typed; none where everything comes back.

    Raises FormUnreadable where a number is more than is out, or nothing is said.
    """
    if form.all:
        return []
    out = {line.batch: line for line in receipt.lines}
    wrong = {f"qty-{batch}": MORE_THAN_OUT for batch, qty in form.qty.items() if batch in out and qty > out[batch].left}
    if not any(form.qty.values()):
        wrong = dict.fromkeys((f"qty-{batch}" for batch in out), NOTHING_BACK)
    if wrong:
        raise forms.wrong(Returned, **wrong)
    return [
        BroughtBack(item=out[batch].item if batch in out else batch, qty=qty, batch=batch)
        for batch, qty in form.qty.items()
        if qty
    ]


def _receipt(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    receipt = redemption.receipt(session, code, by=by)
    return pages.show(
        "staff/redemption.html",
        refusal=refusal,
        form=forms.shown(Fetched),
        cancelled=forms.shown(Cancelled),
        returned=forms.shown(Returned),
        receipt=receipt,
        door=next((door for door in stations.doors(session) if door.code == receipt.station), None),
    )
