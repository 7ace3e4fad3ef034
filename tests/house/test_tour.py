"""The tour shows what the journeys see: each picture in docs/tour.md is taken by one, and none is taken in vain."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TAKEN = re.compile(r'\.picture\(\s*"([\w-]+)"([^)]*)\)')


def test_the_tour_shows_every_picture_that_is_taken():
    taken = set()
    for journey in (ROOT / "tests/browser").glob("test_*.py"):
        for name, options in TAKEN.findall(journey.read_text()):
            taken |= {name, f"{name}-large"} if "large=True" in options else {name}
    shown = set(re.findall(r"screenshots/([\w-]+)\.png", (ROOT / "docs/tour.md").read_text()))
    assert shown == taken
