"""Settings from the environment: the only reader of `os.environ`.

Each setting can also be given as a file by appending `_FILE` to its name, for secrets that a host mounts.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from environs import EnvError, FileAwareEnv


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


def load() -> Settings:
    """Read the settings from the environment; see docs/settings.md.

    Raises BadSetting.
    """
    env = FileAwareEnv(prefix="POINTS_")
    try:
        data_dir = Path(env.str("DATA_DIR", "data")).resolve()
        settings = Settings(
            data_dir=data_dir,
            database_url=_with_driver(env.str("DATABASE_URL", "") or f"sqlite:///{data_dir / 'points.sqlite3'}"),
            secret_key=env.str("SECRET_KEY", "") or _kept_secret(data_dir / "secret_key"),
            public_url=env.str("PUBLIC_URL", "").rstrip("/"),
            redis_url=env.str("REDIS_URL", ""),
            timezone=env.str("TIMEZONE", "Asia/Shanghai"),
            locale=env.str("LOCALE", "zh_CN"),
            trusted_proxies=env.int("TRUSTED_PROXIES", 0),
        )
    except (EnvError, ValueError, OSError) as error:
        raise BadSetting(str(error)) from error
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise BadSetting("POINTS_PUBLIC_URL must start with http:// or https://")
    return settings


def templates_dir() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


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
