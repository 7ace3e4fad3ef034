"""The `points` command: one file a noun. `main` is the table of contents.

Every command takes `--json` for one JSON document on stdout; messages and progress go to stderr; it exits 0 when done,
1 when refused or failed, 2 for wrong usage.
"""

import click

from points import __version__
from points.cli import (
    backup,
    check,
    console,
    demo,
    doctor,
    export,
    figures,
    init,
    lists,
    serve,
    staff,
    station,
    sweep,
    token,
)


@click.group(cls=console.Commands)
@click.version_option(__version__, prog_name="points")
def main() -> None:
    """湘妹子能量家 Points: volunteer hours become points, points become goods, and every point explains itself."""


for command in (
    init.init,
    serve.serve,
    demo.demo,
    staff.staff,
    token.token,
    station.station,
    check.check,
    sweep.sweep,
    doctor.doctor,
    figures.figures,
    lists.import_,
    export.export,
    backup.backup,
    backup.restore,
):
    main.add_command(command)
