"""The code of an activity as a picture, for a screen that cannot draw one."""

import io
from collections.abc import Callable

import zxingcpp
from PIL import Image
from sqlalchemy.orm import Session

from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem


def test_the_code_is_a_picture_that_a_phone_reads(ground: Session, program: Callable[..., Program]) -> None:
    activity = make.activity(ground)
    ground.commit()
    found = program("street_admin").get(f"/activities/{activity.code}/code.png")
    assert (found.status_code, found.mimetype, found.headers["Cache-Control"]) == (200, "image/png", "no-store")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(found.data)))
    assert f"/s/{activity.screen_code}-" in code.text


def test_it_is_for_whoever_runs_the_activity(ground: Session, program: Callable[..., Program]) -> None:
    activity = make.activity(ground)
    ground.commit()
    problem(program("street_admin", "NZP").get(f"/activities/{activity.code}/code.png"), 404, "not-found")
