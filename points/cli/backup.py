"""`points backup` and `points restore`: the whole service in one file, and back, with the books proved."""

from pathlib import Path

import click
from alembic.util import CommandError
from flask_babel import gettext as _

from points import database, migrations
from points.cli import console
from points.foundation import clock
from points.upkeep import archive, restoring


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
            restoring.make_room(connection, shown_as=console.shown_url(console.settings().database_url))
            try:
                migrations.upgrade(connection, to=manifest.step)
            except CommandError:
                raise archive.ArchiveNewer(step=manifest.step) from None
            with console.bar(_("Restore"), manifest.rows) as bar:
                archive.load(connection, source, progress=bar.update)
            migrations.upgrade(connection)
            restoring.prove(connection)
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
