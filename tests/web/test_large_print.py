"""In large print a page offers at most five choices, however much there is to choose from."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
from tests import make
from tests.web.conftest import Browser, Street, volunteers_cookie

CHOICES = 5
MANY = 6
EMPTY = {"br", "hr", "img", "input", "link", "meta", "use", "path"}


class Choices(HTMLParser):
    """What asks for a decision at first sight in the main part of a page: not what is hidden or folded away."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        above = [name for name, _hides in self._open]
        seen = not any(hides for _name, hides in self._open) or (
            tag == "summary" and not any(hides for _name, hides in self._open[:-1])
        )
        if (
            "main" in above
            and seen
            and "hidden" not in said
            and (tag in ("button", "summary") or (tag == "a" and "href" in said))
        ):
            self.found.append(said.get("href") or tag)
        if tag not in EMPTY:
            self._open.append((tag, "hidden" in said or (tag == "details" and "open" not in said)))

    def handle_endtag(self, tag: str) -> None:
        if tag in (name for name, _hides in self._open):
            while self._open.pop()[0] != tag:
                pass


@pytest.fixture
def crowded(ground: Session, street: Street) -> Street:
    """The street with many stations, teams and goods, a large family, and a volunteer who comes every day."""
    person = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    family = [make.volunteer(ground) for _ in range(MANY)]
    make.household(ground, person, *family)
    for number in range(MANY):
        make.team(ground, leader=family[number], code=f"BZ-T{number}")
        make.station(ground, f"NLJ-{number + 4}")
        make.stocked(ground, make.item(ground, f"G{number + 50}", price=10), 5)
        make.minor(ground, guardian=make.guardian_of(person))
        volunteers_cookie(ground, person.code)
    ground.commit()
    return street


@pytest.mark.parametrize(
    "page",
    ["/", "/sign-in", "/sign-in/help", "/my/", "/my/teams", "/my/goods", "/my/children", "/my/household",
     "/my/sign-ins", "/my/records", "/my/points", "/my/me", "/my/activities"],
)  # fmt: skip
def test_a_page_offers_at_most_five_choices(
    ground: Session, crowded: Street, phone_of: Callable[[str], Browser], browser: Callable[[], Browser], page: str
):
    phone = phone_of(crowded.volunteer) if page.startswith("/my/") else browser()
    phone.client.set_cookie("points_elder", "1", domain="localhost")
    answer = phone.get(page)
    assert answer.status_code == 200
    found = Choices(answer.text).found
    assert 0 < len(found) <= CHOICES, found
