"""`points figures`: the figures that a street reports upward, by the definitions of the reports."""

import click

from points import database
from points.cli import console
from points.reports import figures as reports_figures


@click.command()
@click.option("--from", "date_from", metavar="DATE", help="The first day; the beginning when left out.")
@click.option("--to", "date_to", metavar="DATE", help="The last day; today when left out.")
@click.option("--at", "area", metavar="AREA", help="The code of the area; everything when left out.")
@console.json_option
def figures(date_from: str | None, date_to: str | None, area: str | None) -> None:
    """Count occasions, people, hours, exchanges and points of an area and all below it."""
    with console.installation():
        counted = reports_figures.figures(
            database.db.session(),
            area=area,
            date_from=console.date_of(date_from) if date_from else None,
            date_to=console.date_of(date_to) if date_to else None,
        )
        width = max(map(len, counted))
        console.answer(counted, *(f"{name:<{width}}  {value}" for name, value in counted.items()))
