"""What a worker process of `points serve` runs; only the server imports it, by its name."""

import gc
import sys

from flask import Flask

from points.app import create_app

SWITCH = 0.0005
"""After how many seconds a thread that makes a report lets one go on that answers a scan; Python's own 0.005 is felt,
because a scan asks the database several times and waits so long each time, with all other writers behind it."""


def application() -> Flask:
    """The application of one worker process."""
    sys.setswitchinterval(SWITCH)
    app = create_app()
    gc.collect()
    gc.freeze()  # what there is now stays to the end: no collection looks through all of it again
    return app
