"""`points token`: secrets by which other programs use the API."""

import click
from flask_babel import gettext as _

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
@console.json_option
def add(name: str, role: str, place: str) -> None:
    """Add an API token; print its secret, which is not shown again."""
    with console.installation():
        secret = console.change(
            lambda session: tokens.add(session, name=name, role=role, place=place, by=SYSTEM, at=clock.now())
        )
        console.answer(
            {"name": name, "role": role, "at": place, "token": secret},
            _("Send it as “Authorization: Bearer …”; it is not shown again:"),
            f"  {secret}",
        )
