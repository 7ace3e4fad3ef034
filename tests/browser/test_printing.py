"""From the page to the paper: what is chosen by hand is what comes out of the printer."""

from tests.browser.town import PIN, Town
from tests.browser.visitor import Visitor
from tests.web.paper import Printed


def paper(who: Visitor, label: str) -> Printed:
    """What the link `label` of the page opens."""
    link = who.page.get_by_role("link", name=label).first
    answer = who.page.request.get(who.address + (link.get_attribute("href") or ""))
    assert answer.headers["content-type"] == "application/pdf"
    return Printed(answer.body())


def test_cards_and_labels_are_chosen_and_printed(town: Town, desk: Visitor) -> None:
    """The clerk prints a community's cards, then the labels of two goods, with the keyboard alone."""
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/people")
    desk.follow("打印服务卡")
    desk.page.focus("#f-community")
    desk.page.keyboard.press("Tab")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    desk.says("打印")
    desk.picture("print-1-cards")
    sheet = paper(desk, "打印")
    assert f"{desk.address}/c/{town.neighbour_card}" in sheet.codes()
    assert "便民服务卡" in sheet.text

    desk.open("/staff/stock")
    desk.follow("货架标签")
    desk.page.focus("[name=item]")
    desk.page.keyboard.press("Space")
    desk.picture("print-2-labels")
    desk.page.route("**/print/labels.pdf*", lambda route: route.fulfill(body="the browser's own viewer"))
    with desk.page.expect_request("**/print/labels.pdf*") as asked:
        desk.page.get_by_role("button", name="打印标签").press("Enter")
    labels = Printed(desk.page.request.get(asked.value.url).body())
    assert len(labels.codes()) == 1


def test_who_has_no_phone_gets_the_points_on_paper(town: Town, desk: Visitor) -> None:
    """The clerk prints the passbook of the person at the counter."""
    desk.sign_in_staff(town.clerk)
    desk.open(f"/staff/people/{town.neighbour}")
    book = paper(desk, "打印积分存折")
    assert "积分存折" in book.text
    assert town.neighbour in book.text


def test_a_leader_takes_the_activity_along_on_paper(town: Town, phone: Visitor) -> None:
    """A poster to join and a roster to tick, from the leader's own phone."""
    phone.open("/sign-in")
    phone.sign_in(town.leader, PIN)
    phone.open(f"/staff/activities/{town.activity}")
    phone.picture("print-3-activity")
    assert paper(phone, "报名海报").codes() == [f"{phone.address}/my/activities/{town.activity}"]
    assert "签到表" in paper(phone, "纸质签到表").text
