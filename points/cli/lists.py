"""`points import`: lists that an office kept elsewhere come in, all of a list or none of it."""

from functools import partial
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from points.cli import backup, console
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.shapes.lists import known, sheets
from points.shapes.lists.sheets import Read


@click.group(name="import")
def import_() -> None:
    """Take in a list: volunteers, households, merchants, goods or balances brought over; or everything.

    All of it or nothing.
    """


def _command(name: str, help: str) -> None:
    @import_.command(name, help=help)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Only say what would happen.")
    @console.json_option
    def command(file: Path, dry_run: bool) -> None:
        with console.installation():
            with console.bar(_("Reading")) as bar:
                listed = sheets.read(file.read_bytes(), known.LISTS[name].columns, file=file.name, progress=bar.update)
            for one in listed.left_out:
                console.tell(_("Left out: %(what)s. %(why)s", what=one.what, why=_(one.why)))
            facts = console.change(partial(_taken, name=name, listed=listed, dry_run=dry_run))
            console.answer(
                {"file": file, "rows": len(listed.rows), "dry_run": dry_run, **facts, **_account(listed)},
                _("%(rows)s rows could be taken; nothing was changed.", rows=len(listed.rows))
                if dry_run
                else _("%(rows)s rows were taken.", rows=len(listed.rows)),
            )


def _taken(session: Session, *, name: str, listed: Read, dry_run: bool) -> known.Facts:
    with console.bar(_("Import"), 2 * len(listed.rows)) as bar:
        act = known.Act(SYSTEM, clock.now(), bar.update)
        return known.take_in(session, name=name, listed=listed, act=act, dry_run=dry_run)


def _account(listed: Read) -> dict[str, object]:
    """Which columns were taken, and what was left out and why."""
    return {
        "columns": [{"place": one.place, "heading": one.heading, "column": one.column} for one in listed.taken],
        "left_out": [{"what": one.what, "why": _(one.why)} for one in listed.left_out],
    }


_command("volunteers", "Register everybody on the list, with the consents given on paper.")
_command("households", "Found households: a row a person, the head marked.")
_command("merchants", "Add the merchants who provide a street's vouchers.")
_command("goods", "Propose the goods of a street, as drafts.")
_command("balances", "Bring over points that people had before, each with a reference.")
import_.add_command(backup.restore, "everything")
