"""What every command shares: the installation it works on, how it answers, how it says no."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

import click
from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from tqdm import tqdm

from points import config, core, database, http, migrations
from points.database import sqlite
from points.foundation import clock
from points.foundation.errors import N_, Conflict, Invalid, Refusal, RowsRefused

Answer = TypeVar("Answer")

LATEST_YEAR = 2999
MOST_ROWS = 50
"""How many refused rows are told on stderr; `--json` has all."""
SETUP_PAGE = "public.set_up"
SERVED_AT = "served_at"
"""The file in POINTS_DATA_DIR with the address where `points serve` served last."""

# --- what is refused


@dataclass(eq=False)
class NotInitialised(Conflict):
    """The database has no tables, or those of another version."""

    code = "not-initialised"
    title = N_("The database is not ready")
    detail = N_("The database is at step “%(found)s”, this version needs “%(needed)s”.")
    next_step = N_("Run: points init")
    found: str
    needed: str


@dataclass(eq=False)
class NotATime(Invalid):
    """A time or date on the command line cannot be read."""

    code = "not-a-time"
    title = N_("Not a time")
    detail = N_("“%(text)s” is not a date or time between 2000 and 2999.")
    next_step = N_("Write 2026-05-09 or 2026-05-09T08:00:00+08:00.")
    text: str


P = ParamSpec("P")
T = TypeVar("T")

# --- how a command runs


def told(error: Exception) -> bool:
    """Say on stderr why a command failed; whether it was a failure that a person can do something about."""
    match error:
        case Refusal():
            _refuse(error)
        case config.BadSetting():
            _fail("bad-setting", "A setting cannot be used", str(error), "See docs/settings.md.")
        case OperationalError():
            _fail(
                "no-database",
                "The database does not answer",
                str(error.orig).strip().splitlines()[0],
                "Check POINTS_DATABASE_URL, or run: points doctor",
            )
        case BrokenPipeError():  # who reads, such as `head`, has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        case OSError():
            _fail(
                "no-file", "A file or folder cannot be used", str(error), "Check POINTS_DATA_DIR and its permissions."
            )
        case _:
            return False
    return True


def json_option(command: Callable[P, T]) -> Callable[P, T]:
    """Give `command` the option `--json`."""

    def note_it(ctx: click.Context, _option: click.Parameter, chosen: bool) -> None:
        ctx.find_root().meta["json"] = chosen

    return click.option(
        "--json", is_flag=True, expose_value=False, callback=note_it, help="Answer with one JSON document on stdout."
    )(command)


def wants_json() -> bool:
    """Whether this run was asked for a JSON document."""
    return bool(click.get_current_context().find_root().meta.get("json"))


def answer(facts: Mapping[str, object], *lines: str) -> None:
    """Say what was done: `facts` as the JSON document, or `lines` for a person."""
    if wants_json():
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=_plain))
    else:
        for line in lines:
            click.echo(line)


def tell(line: str) -> None:
    """A message or progress for a person, on stderr."""
    click.echo(line, err=True)


def bar(label: str, total: int | None = None) -> "tqdm[None]":
    """A progress bar of rows on stderr, where that is a terminal; it only counts when the `total` is not known."""
    return tqdm(total=total, disable=None, desc=label, unit=_(" rows"))


@contextmanager
def written(file: Path) -> Iterator[IO[bytes]]:
    """A file for its owner's eyes, which takes the name `file` when all is on the disk; else it is gone."""
    with tempfile.NamedTemporaryFile(prefix=f".{file.name}.", dir=file.parent, delete=False) as part:
        try:
            yield part
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(file)
        except BaseException:
            Path(part.name).unlink()
            raise


# --- what a command works on


@contextmanager
def installation(*, ready: bool = True) -> Iterator[Flask]:
    """The service as the environment sets it, without its API, as the current application.

    A refusal ends the command here, where its language is known; so does NotInitialised when `ready` is asked for and
    the database is not at the newest step. Raises BadSetting.
    """
    service = core.create()
    with service.app_context():
        try:
            if ready:
                require_current()
            yield service
        except Refusal as refusal:
            _refuse(refusal)
            raise click.exceptions.Exit(1) from refusal
        finally:
            database.db.session.remove()
            engine().dispose()


def settings() -> config.Settings:
    """The settings of the current installation."""
    kept: config.Settings = current_app.config["SETTINGS"]
    return kept


def engine() -> Engine:
    """The engine of the current installation."""
    return database.db.engine


@contextmanager
def one_moment() -> Iterator[Connection]:
    """A connection whose reads all see the database at one moment, and keep nobody from writing."""
    with engine().connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.exec_driver_sql(sqlite.READ)
        yield connection


def require_current() -> None:
    """Refuse with NotInitialised unless the database is at the newest step."""
    with engine().connect() as connection:
        found = migrations.revision(connection)
    if found != migrations.head():
        raise NotInitialised(found=found or "-", needed=migrations.head())


def change(call: Callable[[Session], Answer]) -> Answer:
    """The answer of `call` in one write transaction, tried again when the database only lost a race."""

    def once() -> Answer:
        with database.transaction() as session:
            return call(session)

    return database.retrying(once)


def setup_link(token: str) -> str:
    """The page where a person chooses a password with the one-time `token`, at the address that is served."""
    with current_app.test_request_context(base_url=address()):
        return url_for(SETUP_PAGE, token=token, _external=True)


def address() -> str:
    """Where the pages are: POINTS_PUBLIC_URL, or where `points serve` served last, or where it serves unless told."""
    kept = settings().data_dir / SERVED_AT
    return settings().public_url or (kept.read_text().strip() if kept.is_file() else "") or "http://127.0.0.1:8000"


def serve_at(url: str) -> None:
    """Remember where the pages are served, for the links that other commands print."""
    (settings().data_dir / SERVED_AT).write_text(f"{url}\n")


def time_of(text: str) -> datetime:
    """The time that `text` writes in RFC 3339, without offset in the business's zone. Raises NotATime."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise NotATime(text=text) from None
    if not 2000 <= at.year <= LATEST_YEAR:
        raise NotATime(text=text)
    return clock.at_local(at.date(), at.time()) if at.tzinfo is None else at


def date_of(text: str) -> date:
    """The date that `text` writes. Raises NotATime."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotATime(text=text) from None
    if not 2000 <= day.year <= LATEST_YEAR:
        raise NotATime(text=text)
    return day


def database_kind(url: str) -> str:
    """`sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def shown_url(url: str) -> str:
    """The database's address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _refuse(refusal: Refusal) -> None:
    if current_app:
        title, detail, next_step = http.title_of(refusal), http.detail_of(refusal), http.next_step_of(refusal)
    else:
        title, facts = refusal.title, refusal.facts()
        detail, next_step = refusal.detail % facts, refusal.next_step % facts
    rows = _rows(refusal) if isinstance(refusal, RowsRefused) and current_app else []
    for row in rows[:MOST_ROWS]:
        tell(_("Row %(row)s: %(detail)s %(next_step)s", **row))
    if len(rows) > MOST_ROWS:
        tell(_("… and %(count)s more rows", count=len(rows) - MOST_ROWS))
    _fail(refusal.code, title, detail, next_step, facts=refusal.facts() | ({"refused": rows} if rows else {}))


def _rows(refusal: RowsRefused) -> list[dict[str, object]]:
    return [
        {"row": number, "code": one.code, "detail": http.detail_of(one), "next_step": http.next_step_of(one)}
        for number, one in refusal.refused.items()
    ]


def _fail(code: str, title: str, detail: str, next_step: str, *, facts: Mapping[str, object] | None = None) -> None:
    if current_app:
        title, next_step = _(title), _(next_step)
    tell(f"{title}: {detail} {next_step}")
    if wants_json():
        problem = {"code": code, "title": title, "detail": detail, "next_step": next_step, **(facts or {})}
        answer({"refused": problem})


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return clock.local(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
