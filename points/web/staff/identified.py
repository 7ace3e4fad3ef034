"""Who is there at the counter, as a form says it: the proof of identity, and who fetches goods for somebody else."""

from dataclasses import dataclass
from typing import Annotated

from points import http
from points.access import identity
from points.access.identity import IdentityCheck, Shown
from points.database import db
from points.exchange.redemption import Proxy
from points.foundation import clock
from points.foundation.errors import N_, Invalid
from points.shapes.fields import Digits, Flag, Login, Secret, Word
from points.shapes.forms import Form, of
from points.shapes.redemptions import ProxyShape


@dataclass(frozen=True, kw_only=True)
class Identified(Form):
    """How the person's identity is checked: by PIN, the last four digits of the phone, or a colleague."""

    check: Annotated[str, Word("pin", "phone4", "known_by_two")] = ""
    by_card: Annotated[bool, Flag()] = False
    pin: Annotated[str, Secret()] = ""
    phone4: Annotated[str, Digits(4)] = ""
    second_login: Annotated[str, Login(40)] = ""
    second_password: Annotated[str, Secret()] = ""


@dataclass(frozen=True, kw_only=True)
class Fetched(Identified):
    """How the person's identity is checked, and who else fetches it for them."""

    proxy_name: Annotated[str, of(ProxyShape, "name")] = ""
    proxy_relation: Annotated[str, of(ProxyShape, "relation")] = ""


class IdentityMissing(Invalid):
    """Nobody said how the person's identity was checked."""

    code = "identity-missing"
    title = N_("Who is it?")
    detail = N_("A card alone never spends points.")
    next_step = N_("Ask for the PIN, the last four digits of the phone, or let a colleague vouch.")


def proof_of(form: Identified) -> Shown | None:
    """What was said or shown, to be checked; None where nobody said which."""
    if not form.check:
        return None
    check = IdentityCheck.CARD_PIN if form.check == IdentityCheck.PIN and form.by_card else IdentityCheck(form.check)
    return Shown(check, pin=form.pin, digits=form.phone4, login=form.second_login, password=form.second_password)


def shown_by(form: Identified) -> Shown:
    """What was said or shown of who is there. Raises IdentityMissing."""
    shown = proof_of(form)
    if shown is None:
        raise IdentityMissing()
    return shown


def compared(form: Identified, volunteer: str) -> Shown:
    """What the form says, its PIN compared before anything is locked. Raises IdentityMissing."""
    return identity.compared(
        db.session(), shown_by(form), volunteer=volunteer, clerk=http.current_actor(), at=clock.now()
    )


def proxy_of(form: Fetched) -> Proxy | None:
    """Who fetches it for them, if anybody does."""
    if not (form.proxy_name or form.proxy_relation):
        return None
    return Proxy(name=form.proxy_name, relation=form.proxy_relation)
