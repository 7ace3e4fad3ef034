"""A merchant's own page: the link from the street office is the key; vouchers are proved here, one by one."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import vouchers
from points.foundation import clock
from points.foundation.errors import Refusal
from points.shapes.fields import Text
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.public import bp


@dataclass(frozen=True, kw_only=True)
class Voucher(Form):
    """The code on a voucher."""

    code: Annotated[str, Text(20)]


@bp.get("/m/<token>")
@http.limiter.limit("60 per minute")
def merchant(token: str) -> Response:
    """Where a merchant types the code of a voucher, and sees what was done this month."""
    return _merchant(token)


@bp.post("/m/<token>")
@http.limiter.limit("60 per minute")
def merchant_confirm(token: str) -> Response:
    """Prove that the service of a voucher was given."""
    try:
        typed = forms.read(Voucher).code
        code = forms.once(
            lambda session: vouchers.confirm(session, code=typed, merchant_token=token, at=clock.now()).code
        )
    except Refusal as refusal:
        return _merchant(token, refusal=refusal)
    flash(gettext("%(code)s is valid and is booked now. Please give the service.", code=code))
    return redirect(url_for(".merchant", token=token), 303)


def _merchant(token: str, *, refusal: Refusal | None = None) -> Response:
    session, today = db.session(), clock.local_date(clock.now())
    found = vouchers.merchant_of(session, token)
    lines = vouchers.settlement(session, month=today, merchant=found.code)
    return pages.show(
        "public/merchant.html",
        refusal=refusal,
        form=forms.shown(Voucher),
        merchant=found,
        lines=lines,
        total=sum(line.total_fen for line in lines),
    )
