"""The `points` command: one file a noun. `main` is the table of contents.

Every command takes `--json` for one JSON document on stdout; messages and progress go to stderr; it exits 0 when done,
1 when refused or failed, 2 for wrong usage.
"""

import click

from points import __version__
from points.cli.commands import Commands

PLACES = {
    "init": ("points.cli.init:init", "Create or upgrade the database."),
    "serve": ("points.cli.serve:serve", "Serve the pages and the API."),
    "demo": ("points.cli.demo:demo", "Build the demo street."),
    "staff": ("points.cli.staff:staff", "Accounts of staff."),
    "token": ("points.cli.token:token", "API tokens."),
    "calendar": ("points.cli.calendar:calendar", "Days off and working weekends."),
    "station": ("points.cli.station:station", "Stations: where they stand."),
    "check": ("points.cli.check:check", "Prove the books."),
    "sweep": ("points.cli.sweep:sweep", "Do what is due."),
    "doctor": ("points.cli.doctor:doctor", "Look at the installation."),
    "figures": ("points.cli.figures:figures", "The figures of an area."),
    "import": ("points.cli.lists:import_", "Take in a list."),
    "export": ("points.cli.export:export", "Write a list to a file."),
    "backup": ("points.cli.backup:backup", "Write everything to a file."),
    "restore": ("points.cli.backup:restore", "Put a backup into an empty database."),
}
"""Where each command stands, and its line of help."""


@click.group(cls=Commands, places=PLACES)
@click.version_option(__version__, prog_name="points")
def main() -> None:
    """湘妹子能量家 Points: volunteer hours become points, points become goods, and every point explains itself."""
