"""`points staff`: accounts of people who work for the service."""

import click
from flask_babel import gettext as _

from points.access import accounts
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
@click.option("--volunteer", metavar="CODE", help="The person's volunteer code, if they also volunteer.")
@console.json_option
def add(login: str, role: str, place: str, name: str, volunteer: str | None) -> None:
    """Add a staff account; print the one-time link by which the person chooses a password."""
    with console.installation():
        _account, token = console.change(
            lambda session: accounts.add_staff(
                session,
                login=login,
                role=role,
                place=place,
                name=name,
                volunteer=volunteer,
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
