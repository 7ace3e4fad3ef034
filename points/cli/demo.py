"""`points demo`: the demo street, or a city around it, in a database of its own, and who can sign in to it."""

from collections.abc import Callable
from dataclasses import dataclass

import click
from flask_babel import gettext as _
from sqlalchemy import MetaData, create_engine, exists, select
from sqlalchemy.orm import Session
from tqdm import tqdm

from points import database
from points.access.tables import Account
from points.cli import console, init
from points.demo.city import build as city_build
from points.demo.street import build
from points.foundation import clock
from points.foundation.errors import N_, Conflict
from points.journal import jobs
from points.people.tables import Volunteer
from points.places.tables import Station

JOB = "demo"

# --- what is refused


@dataclass(eq=False)
class RealData(Conflict):
    """The database holds real people, stations or administrators, which the demo street must not be mixed with."""

    code = "real-data"
    title = N_("This database holds real data")
    detail = N_("The demo street is built in a database of its own, not in %(database)s.")
    next_step = N_("Set POINTS_DATA_DIR to an empty folder, or POINTS_DATABASE_URL to an empty database.")
    database: str


# --- the command


@click.command()
@click.option("--scale", type=click.Choice(["street", "city"]), default="street", show_default=True)
@click.option("--reset", is_flag=True, help="Forget the demo that is there and build it anew.")
@console.json_option
def demo(scale: str, reset: bool) -> None:
    """Build the demo street: 22 invented months, lived through the business's own functions; or a city around it."""
    with console.installation(ready=False):
        init.upgrade()
        session = database.db.session()
        last = jobs.last(session, JOB)
        if _has_real_data(session, demo=last is not None):
            raise RealData(database=console.shown_url(console.settings().database_url))
        session.rollback()
        built = reset or last is None or not last.figures["done"]
        if built:
            _start_anew()
            _note(scale, done=False)
            name = _("Demo city") if scale == "city" else _("Demo street")
            with tqdm(total=1000, unit="‰", disable=None, desc=name, bar_format="{l_bar}{bar}| {elapsed}") as bar:
                _build(scale, lambda share: bar.update(round(share * 1000) - bar.n))
            _note(scale, done=True)
        session = database.db.session()
        there, people = _scale(session), sign_ins(session)
        console.answer(
            {"scale": there, "built": built, "sign_ins": [person._asdict() for person in people]},
            _said(there, built=built),
            _("You can sign in as:"),
            *(f"  {person}" for person in people),
        )


def sign_ins(session: Session) -> list[build.SignIn]:
    """Who can sign in to the demo; nobody where the database holds none."""
    if jobs.last(session, JOB) is None:
        return []
    return list(city_build.sign_ins() if _scale(session) == "city" else build.sign_ins())


# --- private


def _scale(session: Session) -> str:
    """How much the demo that is there holds."""
    last = jobs.last(session, JOB)
    return str(last.figures.get("scale", "street")) if last else "street"


def _said(scale: str, *, built: bool) -> str:
    if scale == "city":
        return str(_("The demo city is built.") if built else _("The demo city is there already."))
    return str(_("The demo street is built.") if built else _("The demo street is there already."))


def _note(scale: str, *, done: bool) -> None:
    """Note that a build began or is done, so that one that was interrupted is begun anew, not taken for the demo."""
    at, figures = clock.now(), {"done": done, "scale": scale}
    console.change(lambda session: jobs.note(session, job=JOB, began_at=at, ended_at=at, figures=figures))


def _build(scale: str, progress: Callable[[float], object]) -> None:
    """Build on an engine of its own, which does not wait for the disk."""
    engine = create_engine(console.engine().url)
    database.prepare(engine)
    build.relaxed(engine)
    try:
        if scale == "city":
            city_build.city(engine, now=clock.now(), progress=progress)
        else:
            build.street(engine, now=clock.now(), progress=progress)
    finally:
        engine.dispose()


def _has_real_data(session: Session, *, demo: bool) -> bool:
    if session.scalar(select(exists().where(Volunteer.is_demo.is_(False)))):
        return True
    return not demo and bool(
        session.scalar(select(exists().where(Account.password_hash.is_not(None))))
        or session.scalar(select(exists().where(Station.id.is_not(None))))
    )


def _start_anew() -> None:
    """Drop every table, past the triggers that refuse to empty them, and create them again."""
    with database.rebuilding(console.engine()) as connection:
        tables = MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
    init.upgrade()
