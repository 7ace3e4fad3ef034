"""`points export`: a list as a spreadsheet, or everything in one open file."""

from functools import partial
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from points.cli import backup, console
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.reports import lists
from points.web import spreadsheet

EVERYTHING = "everything"


@click.command()
@click.argument("name", metavar="LIST", type=click.Choice([*lists.TABLES, EVERYTHING]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--at", "area", metavar="AREA", help="The code of the area; everything when left out.")
@console.json_option
@click.pass_context
def export(ctx: click.Context, name: str, file: Path, area: str | None) -> None:
    """Write a list to FILE, as xlsx or csv by its ending, or everything as `points backup` does.

    A file of that name is replaced when all is written.
    """
    if name == EVERYTHING:
        if area is not None:
            raise click.UsageError("everything is of no area: leave out --at")
        ctx.invoke(backup.backup, file=file)
        return
    with console.installation():
        with console.one_moment() as connection, Session(connection) as session:
            listed = lists.listed(session, table=name, area=area, by=SYSTEM, at=clock.now())
            write = spreadsheet.writer(file.name, rows=listed.count)
            with console.written(file) as part:
                with console.bar(_("Export"), listed.count) as bar:
                    rows = spreadsheet.body(listed.columns, listed.rows, progress=bar.update)
                    count = write(part, spreadsheet.head(listed.columns), rows)
                console.change(partial(lists.note, table=name, area=area, rows=count, by=SYSTEM, at=clock.now()))
        console.answer(
            {"list": name, "file": file, "at": area, "rows": count, "bytes": file.stat().st_size},
            _("%(rows)s rows are in %(file)s.", rows=count, file=file),
            _("It holds personal data: keep it where only you can read it."),
        )
