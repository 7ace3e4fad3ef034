"""Residents at the counter by keyboard alone: registered in under a minute, never twice, cards, children, messages."""

import time
from collections.abc import Callable

from tests.browser.service import Service
from tests.browser.town import PASSWORD, Town
from tests.browser.visitor import EITHER_WAY, PHONE, Visitor

A_KEY = 0.3
"""Seconds a key takes a clerk who types with care, 200 keys a minute, the paper beside the keyboard."""


class Hands:
    """A clerk's hands on the keyboard: every key is counted and takes its time."""

    def __init__(self, desk: Visitor) -> None:
        self.desk, self.keys, self.began = desk, 0, time.monotonic()

    def type(self, text: str) -> None:
        for letter in text:
            self.desk.page.keyboard.insert_text(letter) if ord(letter) > 127 else self.desk.page.keyboard.press(letter)
            self._took(3 if ord(letter) > 127 else 1)  # a Chinese character is three keys of pinyin

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.desk.page.keyboard.press(key)
            self._took(1)

    def tab_to(self, name: str) -> None:
        for _ in range(40):
            self.press("Tab")
            if self.desk.page.evaluate("document.activeElement.name || document.activeElement.innerText") == name:
                return
        raise AssertionError(f"{name} is not reached")

    def follow(self, key: str) -> None:
        with self.desk.page.expect_navigation():
            self.press(key)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def _took(self, keys: int) -> None:
        self.keys += keys
        self.desk.page.wait_for_timeout(A_KEY * keys * 1000)


def register(hands: Hands, name: str, born: str, phone: str, *, paper: str = "") -> None:
    """Fill the form from its first field, which has the focus, and send it with Enter."""
    hands.type(name)
    hands.tab_to("birth_date")
    hands.type(born)
    hands.tab_to("phone")
    hands.type(phone)
    for consent in ("consent-register", "consent-points"):
        hands.tab_to(consent)
        hands.press("Space")
    if paper:
        hands.tab_to("paper_ref")
        hands.type(paper)
    hands.follow("Enter")


def test_a_resident_is_registered_from_paper_in_under_a_minute(service: Service, town: Town, desk: Visitor) -> None:
    desk.sign_in_staff(town.community_admin)
    desk.open("/staff/people/new?community=BZ")
    desk.picture("residents-register", whole=True)
    hands = Hands(desk)
    register(hands, "周霜降", "19500312", "19900007777", paper="2026-17")
    desk.says("周霜降", "-1")
    assert desk.page.evaluate("document.activeElement.matches('[data-print]')"), "Enter prints"
    print(f"registered with {hands.keys} keys in {hands.seconds:.0f} s")  # noqa: T201
    assert hands.keys <= 70
    assert hands.seconds < 60
    desk.picture("residents-card")
    # the next one of the pile: the community and the number of the paper stand there
    desk.follow("注册下一位")
    assert desk.page.locator("[name=paper_ref]").input_value() == "2026-18"
    # the same person again: nothing is saved, one key opens who is there
    register(Hands(desk), "周霜降", "19500312", "")
    desk.says("是同一个人吗", "还没有保存")
    desk.picture("residents-same-person", whole=True)
    Hands(desk).follow("Enter")
    assert desk.path.startswith("/staff/people/")
    desk.says("周霜降", "YD")


@EITHER_WAY
def test_a_lost_card_is_replaced_and_the_old_one_says_so(
    service: Service, town: Town, desk: Visitor, visitor: Callable[..., Visitor]
) -> None:
    desk.sign_in_staff(town.community_admin)
    desk.open(f"/staff/people/{town.neighbour}")
    desk.picture("residents-person", whole=True)
    desk.press("补一张新卡")
    desk.says("已作废", f"{town.neighbour}-2")
    finder = visitor(PHONE)
    finder.open(f"/c/{town.neighbour_card}")
    finder.says("这张卡已失效")


@EITHER_WAY
def test_a_childs_details_ask_for_the_reason_in_one_tap(service: Service, town: Town, desk: Visitor) -> None:
    desk.sign_in_staff(town.community_admin)
    desk.open(f"/staff/people/{town.child}")
    assert "赵小满" not in desk.text
    desk.picture("residents-child-why")
    desk.press("孩子就在柜台前")
    desk.says("赵小满")


@EITHER_WAY
def test_two_numbers_become_one(service: Service, town: Town, desk: Visitor) -> None:
    desk.sign_in_staff(town.community_admin)
    desk.open("/staff/people/duplicates")
    desk.picture("residents-twice")
    desk.follow("对照")
    desk.type("reason", "换手机号后又注册了一次")
    desk.type("second_login", town.street_admin)
    desk.type("second_password", PASSWORD)
    desk.picture("residents-merge", whole=True)
    desk.press("合并：是同一个人")
    desk.says("已合并", "原来的编号")
    desk.open("/staff/people/duplicates")
    desk.says("看来没有人注册两次")


def test_missing_cards_in_one_go(service: Service, town: Town, desk: Visitor) -> None:
    desk.sign_in_staff(town.community_admin)
    desk.open("/staff/print/cards?community=BZ")
    desk.picture("residents-missing-cards", whole=True)
    desk.page.locator("form[action$='/print/cards/issue'] button").focus()
    Hands(desk).follow("Enter")
    desk.says("已发", "打印")


@EITHER_WAY
def test_somebody_complains_and_reads_the_answer(
    service: Service, town: Town, desk: Visitor, visitor: Callable[..., Visitor]
) -> None:
    somebody = visitor(PHONE)
    somebody.open("/complaints")
    somebody.picture("complaints", whole=True)
    somebody.type("text", "兑换日排队太久，能不能多开一个窗口？")
    somebody.press("提交")
    somebody.says("谢谢您，已经收到")
    somebody.picture("complaint-sent")
    path = somebody.path
    desk.sign_in_staff(town.street_admin)
    desk.open("/staff/feedback")
    desk.picture("feedback")
    desk.follow(desk.page.locator("main .list a").first)
    desk.type("reply", "谢谢您的建议，下个月起开两个窗口。")
    desk.picture("feedback-answer")
    desk.press("发出答复")
    desk.says("已答复")
    somebody.open(path)
    somebody.says("下个月起开两个窗口")
