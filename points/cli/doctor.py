"""`points doctor`: a look at the installation, each finding with what to do about it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy import exists, select, text
from sqlalchemy.exc import DBAPIError

from points import config, database, migrations
from points.cli import console
from points.foundation import clock
from points.journal import jobs
from points.people.tables import Volunteer
from points.places import calendar

SWEEP_IS_LATE = timedelta(minutes=15)
DISK_IS_LOW = 1024**3

OK, NOTE, WRONG = "ok", "note", "wrong"


@dataclass(frozen=True)
class Finding:
    """One look: what was looked at, how it is (`ok`, `note` or `wrong`), and the sentence about it."""

    about: str
    state: str
    text: str


@click.command()
@console.json_option
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Look at the installation: database, migrations, address, folder, keys, sweep, disk. Exits 1 if one is wrong."""
    with console.installation(ready=False):
        findings = list(_examine(console.settings()))
        marks = {OK: "✓", NOTE: "·", WRONG: "✗"}
        console.answer(
            {"ok": all(finding.state != WRONG for finding in findings), "findings": [asdict(one) for one in findings]},
            *(f"{marks[finding.state]} {finding.text}" for finding in findings),
        )
        if any(finding.state == WRONG for finding in findings):
            ctx.exit(1)


def _examine(settings: config.Settings) -> Iterator[Finding]:
    try:
        yield _reachable(settings)
        yield from _step()
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        yield Finding("database", WRONG, _("The database does not answer: %(reason)s", reason=reason))
    if settings.replica_url:
        yield _replica(settings)
    looks: tuple[Callable[[config.Settings], Finding], ...] = (_address, _folder, _key, _disk)
    for look in looks:
        yield look(settings)


def _reachable(settings: config.Settings) -> Finding:
    with console.engine().connect() as connection:
        connection.execute(text("SELECT 1"))
    url = console.shown_url(settings.database_url)
    return Finding("database", OK, _("The database answers: %(url)s", url=url))


def _step() -> Iterator[Finding]:
    with console.engine().connect() as connection:
        found = migrations.revision(connection)
    if found != migrations.head():
        said = _(
            "The tables are at step “%(found)s”, not “%(needed)s”; run: points init",
            found=found or "-",
            needed=migrations.head(),
        )
        yield Finding("migrations", WRONG, said)
        return
    yield Finding("migrations", OK, _("The tables are of this version (%(found)s).", found=found))
    yield _swept()
    yield _demo()
    yield _calendar()


def _replica(settings: config.Settings) -> Finding:
    url, replica = console.shown_url(settings.replica_url), database.current_replica()
    assert replica is not None
    try:
        behind = replica.bytes_behind()
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        return Finding("replica", WRONG, _("The replica does not answer: %(reason)s", reason=reason))
    if behind is None:
        return Finding("replica", WRONG, _("%(url)s is no replica of the database; it is not used.", url=url))
    said = _("The replica answers: %(url)s, %(bytes)s bytes behind", url=url, bytes=behind)
    return Finding("replica", OK, said)


def _swept() -> Finding:
    last = jobs.last(database.db.session(), jobs.SWEEP)
    if last is None:
        return Finding("sweep", NOTE, _("Nothing was swept yet; points serve does it, or run points sweep by a timer."))
    when = clock.local(last.ended_at).strftime("%Y-%m-%d %H:%M")
    if clock.now() - last.ended_at > SWEEP_IS_LATE:
        return Finding("sweep", WRONG, _("The last sweep was at %(when)s; is points serve running?", when=when))
    return Finding("sweep", OK, _("The last sweep was at %(when)s.", when=when))


def _demo() -> Finding:
    if database.db.session().scalar(select(exists().where(Volunteer.is_demo))):
        return Finding("demo", NOTE, _("This database holds the demo street; do not enter real people into it."))
    return Finding("demo", OK, _("There are no demo data."))


def _calendar() -> Finding:
    """The days off of a year are announced in the autumn before; from December on the coming year's must be there."""
    today, session = clock.local_date(clock.now()), database.db.session()
    for year in (today.year, (today + timedelta(days=31)).year):
        if not calendar.is_known(session, year=year):
            said = _(
                "The days off of %(year)s are not known: upgrade the package chinesecalendar, or run: points calendar "
                "load FILE",
                year=year,
            )
            return Finding("calendar", NOTE, said)
    return Finding("calendar", OK, _("The days off of %(year)s are known.", year=today.year))


def _address(settings: config.Settings) -> Finding:
    if not settings.public_url:
        said = _("POINTS_PUBLIC_URL is not set: QR codes lead to whatever address a page was opened at.")
        return Finding("public_url", NOTE, said)
    if not settings.public_url.startswith("https://"):
        said = _("%(url)s is not https: phones open it, but browsers give it no camera.", url=settings.public_url)
        return Finding("public_url", NOTE, said)
    return Finding("public_url", OK, _("QR codes lead to %(url)s", url=settings.public_url))


def _folder(settings: config.Settings) -> Finding:
    if settings.data_dir.is_dir() and os.access(settings.data_dir, os.W_OK):
        return Finding("data_dir", OK, _("The data folder can be written: %(path)s", path=settings.data_dir))
    return Finding("data_dir", WRONG, _("The data folder cannot be written: %(path)s", path=settings.data_dir))


def _key(settings: config.Settings) -> Finding:
    path = settings.data_dir / "secret_key"
    if path.exists() and path.stat().st_mode & 0o077:
        said = _("Others can read the secret key; run: chmod 600 %(path)s", path=path)
        return Finding("secret_key", WRONG, said)
    if len(settings.secret_key) < 32:
        return Finding("secret_key", WRONG, _("POINTS_SECRET_KEY is shorter than 32 characters."))
    return Finding("secret_key", OK, _("The secret key is kept from others."))


def _disk(settings: config.Settings) -> Finding:
    folder: Path = settings.data_dir if settings.data_dir.exists() else Path.cwd()
    free = shutil.disk_usage(folder).free
    said = _("%(free)s GB are free on the data folder's disk.", free=f"{free / 1024**3:.1f}")
    return Finding("disk", WRONG if free < DISK_IS_LOW else OK, said)
