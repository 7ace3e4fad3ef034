"""`points staff`: accounts of people who work for the service."""

from collections.abc import Mapping

import click
from flask_babel import gettext as _

from points import database
from points.access import accounts, tokens
from points.access.accounts import Behind
from points.access.roles import ROLES
from points.cli import console
from points.foundation import clock
from points.foundation.actors import SYSTEM


@click.group()
def staff() -> None:
    """Accounts of staff."""


@staff.command()
@click.argument("login")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option("--at", "place", required=True, metavar="CODE", help="Where: an area, team, station or unit by its code.")
@click.option("--name", default="", help="The person's name, as others see it.")
@click.option("--phone", default="", help="The person's phone: accounts with one phone are one person's.")
@click.option("--volunteer", default="", metavar="CODE", help="The person's volunteer code, if they also volunteer.")
@console.json_option
def add(login: str, role: str, place: str, name: str, phone: str, volunteer: str) -> None:
    """Add a staff account; print the one-time link by which the person chooses a password."""
    with console.installation():
        _account, token = console.change(
            lambda session: accounts.add_staff(
                session,
                login=login,
                role=role,
                place=place,
                behind=Behind(name=name, phone=phone, volunteer=volunteer),
                by=SYSTEM,
                at=clock.now(),
            )
        )
        link = console.setup_link(token)
        console.answer(
            {"login": login, "role": role, "at": place, "setup_link": link},
            _("%(login)s is %(role)s at %(place)s.", login=login, role=role, place=place),
            _("Give them this link; it works once, and is not shown again:"),
            f"  {link}",
        )


@staff.command("list")
@console.json_option
def list_() -> None:
    """List the staff accounts with the roles they have today."""
    with console.installation():
        session, at = database.db.session(), clock.now()
        programs = {one.account_id for one in tokens.visible(session, by=SYSTEM)}
        found = [
            (account, accounts.today_of(grants, on=clock.local_date(at)))
            for account, grants in accounts.visible(session, by=SYSTEM)
            if account.id not in programs
        ]
        places = accounts.place_codes(session, grants=[one.id for _account, grants in found for one in grants])
        items = [
            {
                "login": account.login,
                "name": account.name,
                "status": account.status,
                "password_chosen": account.password_hash is not None,
                "roles": [{"role": one.role, "at": places[one.id], "to": one.valid_to} for one in grants],
            }
            for account, grants in found
        ]
        console.answer({"items": items}, *map(_line, items))


@staff.command()
@click.argument("login")
@click.option("--reason", default="", help="Why, for the audit log.")
@console.json_option
def disable(login: str, reason: str) -> None:
    """Disable an account: its sessions end at once, and it signs in no more."""
    with console.installation():
        console.change(lambda session: accounts.disable(session, login=login, reason=reason, by=SYSTEM, at=clock.now()))
        console.answer(
            {"login": login, "status": "disabled"},
            _("%(login)s is disabled; its sessions have ended.", login=login),
        )


@staff.command()
@click.argument("login")
@click.option("--reason", default="", help="Why, for the audit log.")
@console.json_option
def enable(login: str, reason: str) -> None:
    """Let a disabled account sign in again, with its password and roles."""
    with console.installation():
        console.change(lambda session: accounts.enable(session, login=login, reason=reason, by=SYSTEM, at=clock.now()))
        console.answer({"login": login, "status": "active"}, _("%(login)s may sign in again.", login=login))


@staff.command()
@click.argument("login")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option("--at", "place", required=True, metavar="CODE", help="Where: an area, team, station or unit by its code.")
@console.json_option
def grant(login: str, role: str, place: str) -> None:
    """Grant an account a further role, from now on."""
    with console.installation():
        console.change(
            lambda session: accounts.grant(session, login=login, role=role, place=place, by=SYSTEM, at=clock.now())
        )
        console.answer(
            {"login": login, "role": role, "at": place},
            _("%(login)s is %(role)s at %(place)s.", login=login, role=role, place=place),
        )


@staff.command()
@click.argument("login")
@click.option("--role", required=True, type=click.Choice(ROLES), help="The role to end.")
@click.option("--at", "place", required=True, metavar="CODE", help="Where: an area, team, station or unit by its code.")
@console.json_option
def revoke(login: str, role: str, place: str) -> None:
    """End a role of an account at once."""
    with console.installation():
        ended = console.change(
            lambda session: accounts.revoke_grant(
                session, login=login, role=role, place=place, by=SYSTEM, at=clock.now()
            )
        )
        console.answer(
            {"login": login, "role": role, "at": place, "ended": ended},
            _("%(login)s is not %(role)s at %(place)s any more.", login=login, role=role, place=place)
            if ended
            else _("%(login)s was not %(role)s at %(place)s; nothing changed.", login=login, role=role, place=place),
        )


@staff.command()
@click.argument("login")
@console.json_option
def link(login: str) -> None:
    """Print a new one-time link by which a person chooses a password; earlier links stop working."""
    with console.installation():
        token = console.change(lambda session: accounts.new_setup_link(session, login=login, by=SYSTEM, at=clock.now()))
        address = console.setup_link(token)
        console.answer(
            {"login": login, "setup_link": address},
            _("Give them this link; it works once, and is not shown again:"),
            f"  {address}",
        )


def _line(item: Mapping[str, object]) -> str:
    held = item["roles"]
    assert isinstance(held, list)
    roles = ", ".join(f"{one['role']}@{one['at']}" for one in held)
    return f"{item['login']}  {item['status']}  {roles or '-'}  {item['name']}".rstrip()
