"""Every page in English, see `looks`: residents' pages here, those of the staff and axe's rules by `make looks`."""

import pytest
from playwright.sync_api import Browser

from tests.browser import looks
from tests.browser.service import Service
from tests.web import addresses

AUDIENCES = tuple(addresses.AUDIENCES) if looks.ALL else ("public", "volunteer")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_page_in_english(chromium: Browser, service: Service, audience: str) -> None:
    wrong = looks.look_through(chromium, service, audience, "en")
    assert not wrong, "\n".join(wrong)
