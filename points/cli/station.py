"""`points station`: where the stations stand."""

import click
from flask_babel import gettext as _

from points.cli import console
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.places import stations


@click.group()
def station() -> None:
    """Stations: where they stand."""


# degrees in the south and west begin with a minus, which is no option
@station.command(context_settings={"ignore_unknown_options": True})
@click.argument("code")
@click.argument("latitude", type=float)
@click.argument("longitude", type=float)
@console.json_option
def place(code: str, latitude: float, longitude: float) -> None:
    """Enter a station's position in degrees (WGS 84), so that a volunteer's phone can reckon how far it is."""
    with console.installation():
        console.change(
            lambda session: stations.place(
                session, station=code, latitude=latitude, longitude=longitude, by=SYSTEM, at=clock.now()
            )
        )
        console.answer(
            {"station": code, "latitude": latitude, "longitude": longitude},
            _(
                "%(station)s stands at %(latitude)s, %(longitude)s.",
                station=code,
                latitude=latitude,
                longitude=longitude,
            ),
        )


@station.command()
@click.argument("code")
@console.json_option
def unplace(code: str) -> None:
    """Forget a station's position; pages then give its address only."""
    with console.installation():
        console.change(
            lambda session: stations.place(
                session, station=code, latitude=None, longitude=None, by=SYSTEM, at=clock.now()
            )
        )
        console.answer({"station": code}, _("The position of %(station)s is forgotten.", station=code))
