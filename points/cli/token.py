"""`points token`: secrets by which other programs use the API."""

import click
from flask_babel import gettext as _

from points import database
from points.access import tokens
from points.access.roles import ROLES
from points.cli import console
from points.foundation import clock
from points.foundation.actors import SYSTEM


@click.group()
def token() -> None:
    """API tokens."""


@token.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the token may do.")
@click.option("--at", "place", required=True, metavar="CODE", help="Where: an area, team, station or unit by its code.")
@click.option("--owner", metavar="LOGIN", help="Whose it is: what it signs, that person signs.")
@console.json_option
def add(name: str, role: str, place: str, owner: str | None) -> None:
    """Add an API token; print its secret, which is not shown again.

    Without an owner it is the installation's, and all of these count as one person where two must sign.
    """
    with console.installation():
        secret = console.change(
            lambda session: tokens.add(
                session, name=name, role=role, place=place, owner=owner, by=SYSTEM, at=clock.now()
            )
        )
        console.answer(
            {"name": name, "role": role, "at": place, "token": secret},
            _("Send it as “Authorization: Bearer …”; it is not shown again:"),
            f"  {secret}",
        )


@token.command("list")
@console.json_option
def list_() -> None:
    """List the API tokens, without their secrets."""
    with console.installation():
        session, at = database.db.session(), clock.now()
        found = tokens.visible(session, by=SYSTEM)
        items = [
            {
                "name": one.name,
                "status": tokens.state(one, at=at),
                "created_at": one.created_at,
                "expires_at": one.expires_at,
                "revoked_at": one.revoked_at,
            }
            for one in found
        ]
        console.answer({"items": items}, *(f"{item['name']}  {item['status']}" for item in items))


@token.command()
@click.argument("name")
@console.json_option
def revoke(name: str) -> None:
    """Revoke an API token; it works no more at once."""
    with console.installation():
        console.change(lambda session: tokens.revoke(session, name=name, by=SYSTEM, at=clock.now()))
        console.answer({"name": name, "status": "revoked"}, _("The token %(name)s works no more.", name=name))
