"""Every page in Chinese, see `looks`: normal, large and dark. English has its own worker."""

import pytest
from playwright.sync_api import Browser

from tests.browser import looks
from tests.browser.service import Service
from tests.web import addresses


@pytest.mark.parametrize("audience", addresses.AUDIENCES)
def test_every_page_in_chinese(chromium: Browser, service: Service, audience: str) -> None:
    wrong = looks.look_through(chromium, service, audience, "zh_CN")
    assert not wrong, "\n".join(wrong)
