"""How the pages are written: lines that can be read. `make format` puts them into their form."""

from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
COLUMNS = 120


def called(page: Path) -> str:
    return page.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_no_line_of_a_template_is_wider_than_a_line_of_code(page: Path) -> None:
    wide = [number for number, line in enumerate(page.read_text().splitlines(), 1) if len(line) > COLUMNS]
    assert not wide, f"break these lines where no white space shows, in a tag or in an expression: {wide}"
