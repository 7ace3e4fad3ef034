"""Keep the API's document: `make openapi` writes docs/openapi.json as the application serves it, its keys in order."""

import json
import tempfile
from pathlib import Path

from flask import Flask

from points import config
from points.app import create_app

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"


def served(app: Flask) -> str:
    """What stands at /api/v1/openapi.json, a key a line, so that a change shows where it is."""
    document = app.test_client().get("/api/v1/openapi.json").json
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write the document."""
    with tempfile.TemporaryDirectory() as folder:
        settings = config.Settings(
            data_dir=Path(folder),
            database_url="sqlite://",
            secret_key="of the document",
            public_url="http://points.test",
            redis_url="",
            timezone="Asia/Shanghai",
            locale="en",
            trusted_proxies=0,
        )
        KEPT.write_text(served(create_app(settings)))


if __name__ == "__main__":
    main()
