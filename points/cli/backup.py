"""`points backup` and `points restore`: the whole service in one file, and back, with the books proved."""

from dataclasses import dataclass
from pathlib import Path

import click
from alembic.util import CommandError
from flask_babel import gettext as _
from sqlalchemy import Connection, MetaData, exists, select
from sqlalchemy.orm import Session

from points import database, migrations, proof
from points.access.tables import Account
from points.cli import console
from points.foundation import clock
from points.foundation.errors import N_, Conflict
from points.foundation.orm import Base
from points.people.tables import Volunteer
from points.places.tables import Station
from points.upkeep import archive

# --- what is refused


@dataclass(eq=False)
class DatabaseInUse(Conflict):
    """The database holds people, stations or administrators, which a restore would have to throw away."""

    code = "database-in-use"
    title = N_("This database is in use")
    detail = N_("A backup is restored into an empty database, not into %(database)s.")
    next_step = N_("Set POINTS_DATA_DIR to an empty folder, or POINTS_DATABASE_URL to an empty database.")
    database: str


@dataclass(eq=False)
class BooksWrong(Conflict):
    """The restored books do not prove themselves; nothing was kept."""

    code = "books-wrong"
    title = N_("The books of this backup are wrong")
    detail = N_("%(count)s things do not fit, the first: %(first)s.")
    next_step = N_("Nothing was restored. Take an older backup.")
    count: int
    first: str


# --- the commands


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@console.json_option
def backup(file: Path) -> None:
    """Write everything to FILE while the service goes on; a file of that name is replaced when all is written."""
    with console.installation():
        with (
            console.one_moment() as connection,
            console.bar(_("Backup"), archive.rows(connection)) as bar,
            console.written(file) as part,
        ):
            manifest = archive.write(connection, part, step=migrations.head(), at=clock.now(), progress=bar.update)
        size = file.stat().st_size
        console.answer(
            {"file": file, "bytes": size, "rows": manifest.rows, "tables": len(manifest.tables)},
            _("%(rows)s rows are in %(file)s (%(size)s bytes).", rows=manifest.rows, file=file, size=size),
            _("It holds personal data: keep it where only you can read it."),
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Prove the backup, and leave the database empty.")
@console.json_option
def restore(file: Path, dry_run: bool) -> None:
    """Put the backup FILE into an empty database and prove its books; all of it or nothing."""
    with console.installation(ready=False), file.open("rb") as source:
        manifest = archive.described(source)
        with database.rebuilding(console.engine()) as connection:
            _refuse_in_use(connection)
            _drop_everything(connection)
            try:
                migrations.upgrade(connection, to=manifest.step)
            except CommandError:
                raise archive.ArchiveNewer(step=manifest.step) from None
            with console.bar(_("Restore"), manifest.rows) as bar:
                archive.load(connection, source, progress=bar.update)
            migrations.upgrade(connection)
            if findings := proof.check(Session(connection)):
                raise BooksWrong(count=len(findings), first=str(findings[0]))
            if dry_run:
                connection.rollback()
            elif connection.dialect.name == "postgresql":
                connection.exec_driver_sql("ANALYZE")
        console.answer(
            {"file": file, "rows": manifest.rows, "made_at": manifest.made_at, "dry_run": dry_run, "ok": True},
            _("%(rows)s rows can be restored, and the books are right. Nothing was changed.", rows=manifest.rows)
            if dry_run
            else _("%(rows)s rows are restored. The books are right.", rows=manifest.rows),
        )


# --- private


def _refuse_in_use(connection: Connection) -> None:
    if migrations.revision(connection) is None:
        return
    for sign in (Volunteer.id.is_not(None), Account.password_hash.is_not(None), Station.id.is_not(None)):
        if connection.scalar(select(exists().where(sign))):
            raise DatabaseInUse(database=console.shown_url(console.settings().database_url))


def _drop_everything(connection: Connection) -> None:
    ours = {*Base.metadata.tables, "alembic_version"}
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _: name in ours)
    tables.drop_all(connection)
