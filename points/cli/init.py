"""`points init`: the database is created or upgraded, and the first administrator gets a one-time link."""

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from points import database, migrations
from points.access import accounts
from points.cli import console
from points.foundation import clock


@click.command()
@console.json_option
def init() -> None:
    """Create or upgrade the database; print the one-time link that makes the first administrator."""
    with console.installation(ready=False):
        before, after = upgrade()
        token = console.change(first_administrator)
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


def first_administrator(session: Session) -> str | None:
    """The token of the one-time link, or None where the first administrator has a password already."""
    try:
        return accounts.first_administrator(session, at=clock.now())
    except accounts.AdministratorExists:
        return None
