"""The reader's choices: large print and language, from any page, remembered by the browser."""

from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import Visitor, targets_of, words_of


def test_large_print_is_chosen_anywhere_and_stays(service: Service, town: Town, phone: Visitor) -> None:
    phone.open("/rules")
    phone.press("关怀版")
    assert phone.path == "/rules"
    phone.open("/my/points")
    phone.sign_in(town.phone, PIN)
    assert phone.font_size("body") >= 20
    phone.open("/my/")
    phone.picture("large-print")
    phone.open("/my/points")
    again = phone.context.new_page()
    again.goto("/my/")
    assert again.locator("html.elder").count() == 1
    again.close()
    phone.press("标准版")
    assert phone.path == "/my/points"
    assert phone.font_size("body") == 16


def test_large_print_has_large_words_and_targets(service: Service, town: Town, phone: Visitor) -> None:
    """Nothing is smaller than 20 px to read or 60 px to press, on the pages that a volunteer uses."""
    phone.open("/sign-in")
    phone.sign_in(town.phone, PIN)
    phone.press("关怀版")
    small: list[str] = []
    assert len(targets_of(phone.page)) > 8
    assert len(list(words_of(phone.page))) > 8
    for path in ("/", "/sign-in", "/my/", "/my/activities", f"/my/activities/{town.activity}", "/my/points",
                 "/my/goods", "/my/me", "/my/records"):  # fmt: skip
        phone.open(path)
        small += [f"{path}: {text!r} is {size} px" for text, size in words_of(phone.page) if size < 20]
        small += [
            f"{path}: {what!r} is {width:.0f}×{height:.0f}"
            for what, width, height in targets_of(phone.page)
            if min(width, height) < 59.5
        ]
    assert not small, "\n".join(small)


def test_the_other_language_is_one_press_away_and_stays(service: Service, town: Town, phone: Visitor) -> None:
    phone.open("/privacy")
    assert (phone.page.locator("html").get_attribute("lang") or "").startswith("zh-")
    phone.press("EN")
    assert phone.path == "/privacy"
    assert phone.page.locator("html").get_attribute("lang") == "en"
    phone.open("/sign-in")
    phone.says("Sign in")
    phone.open("/")
    phone.picture("english")
    phone.open("/sign-in")
    phone.press("中文")
    phone.says("登录")
