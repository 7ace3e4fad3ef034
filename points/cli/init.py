"""`points init`: the database is created or upgraded, and the first administrator gets a one-time link."""

import sys
from dataclasses import dataclass

import click
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import database, migrations
from points.access import accounts
from points.cli import console
from points.foundation import clock
from points.places import areas
from points.places.tables import Area


@dataclass(frozen=True)
class Top:
    """What an empty installation serves: the level, the code and the name of the place at the top."""

    level: str
    code: str
    name: str


CITY = Top("city", *accounts.ROOT)


@click.command()
@click.option("--level", type=click.Choice(areas.ROOT_TYPES), help="What an empty installation serves.")
@click.option("--code", help="The code of that place, for example YD.")
@click.option("--name", help="The name of that place.")
@console.json_option
def init(level: str | None, code: str | None, name: str | None) -> None:
    """Create or upgrade the database; print the one-time link that makes the first administrator."""
    with console.installation(ready=False):
        before, after = upgrade()
        top = Top(level or CITY.level, code or CITY.code, name or CITY.name)
        if top == CITY and sys.stdin.isatty() and not console.wants_json() and console.change(_is_empty):
            top = _asked()
        token = console.change(lambda session: first_administrator(session, top))
        link = console.setup_link(token) if token else None
        url = console.settings().database_url
        lines = [_("The database is ready: %(url)s", url=console.shown_url(url))]
        if link:
            lines += [
                _("Start it with `points serve`, which prints the link again where it serves another address."),
                _("Open this link once to become the first administrator:"),
                f"  {link}",
            ]
        console.answer(
            {"database": console.database_kind(url), "before": before, "revision": after, "setup_link": link}, *lines
        )


def upgrade() -> tuple[str | None, str]:
    """Bring the current installation's database to the newest step; the step before and the step now."""
    with database.rebuilding(console.engine()) as connection:
        before = migrations.revision(connection)
        migrations.upgrade(connection)
    return before, migrations.head()


def first_administrator(session: Session, top: Top = CITY) -> str | None:
    """The token of the one-time link, or None where the first administrator has a password already.

    An empty installation gets its `top`.
    """
    try:
        return accounts.first_administrator(session, at=clock.now(), root=(top.code, top.name), level=top.level)
    except accounts.AdministratorExists:
        return None


def _is_empty(session: Session) -> bool:
    return session.scalar(select(Area.id).limit(1)) is None


def _asked() -> Top:
    """What somebody at the terminal answers; the pages correct it later."""
    console.tell(_("What does this installation serve: a city, a district, or one street? It can be corrected later."))
    level = click.prompt(_("Level"), type=click.Choice(areas.ROOT_TYPES), default="street", err=True)
    name = click.prompt(_("Its name"), err=True)
    return Top(level, click.prompt(_("Its code, in short letters"), err=True), name)
