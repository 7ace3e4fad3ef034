"""Settings from the environment: the only reader of `os.environ`.

Each setting can also be given as a file by appending `_FILE` to its name, for secrets that a host mounts.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from environs import EnvError, FileAwareEnv
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOCALES = ("zh_CN", "en")

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # names are read sign by sign; its phrases would take 40 MB


class BadSetting(Exception):
    """A setting has a value that cannot be used; the message names it and says what would do."""


@dataclass(frozen=True)
class Settings:
    """All settings, read once at start."""

    data_dir: Path
    database_url: str
    secret_key: str
    public_url: str
    redis_url: str
    timezone: str
    locale: str
    trusted_proxies: int
    replica_url: str = ""


def load() -> Settings:
    """Read the settings from the environment; see docs/settings.md.

    Raises BadSetting.
    """
    env = FileAwareEnv(prefix="POINTS_")

    def word(name: str, default: str = "") -> str:
        return env.str(name, default).strip()  # a mounted file ends with a newline

    try:
        data_dir = Path(word("DATA_DIR") or "data").resolve()
        settings = Settings(
            data_dir=data_dir,
            database_url=_with_driver(word("DATABASE_URL") or f"sqlite:///{data_dir / 'points.sqlite3'}"),
            secret_key=word("SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
            public_url=word("PUBLIC_URL").rstrip("/"),
            redis_url=word("REDIS_URL"),
            timezone=word("TIMEZONE", "Asia/Shanghai"),
            locale=word("LOCALE", "zh_CN"),
            trusted_proxies=env.int("TRUSTED_PROXIES", 0),
            replica_url=_with_driver(word("REPLICA_URL")),
        )
    except (EnvError, ValueError, OSError) as error:
        raise BadSetting(str(error)) from error
    _check(settings)
    return settings


def templates_dir() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def _check(settings: Settings) -> None:
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise BadSetting("POINTS_PUBLIC_URL must start with http:// or https://")
    if settings.trusted_proxies < 0:
        raise BadSetting("POINTS_TRUSTED_PROXIES must not be negative")
    if settings.locale not in LOCALES:
        raise BadSetting(f"POINTS_LOCALE must be one of {', '.join(LOCALES)}")
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSetting("POINTS_TIMEZONE must be a zone such as Asia/Shanghai") from None
    try:
        make_url(settings.database_url)
    except ArgumentError:
        raise BadSetting("POINTS_DATABASE_URL must be an address such as postgresql://user@host/database") from None
    if settings.replica_url and not (_is_postgresql(settings.replica_url) and _is_postgresql(settings.database_url)):
        raise BadSetting("POINTS_REPLICA_URL must be a PostgreSQL address, and so must POINTS_DATABASE_URL")


def _is_postgresql(url: str) -> bool:
    return url.startswith("postgresql+psycopg://")


def _with_driver(url: str) -> str:
    """`postgresql://` means psycopg 3 here."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _kept_secret(path: Path) -> str:
    """The secret key, made at first start and readable by the service's user only."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another worker was first
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(key := secrets.token_hex(32))
        return key
