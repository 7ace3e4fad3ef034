"""Codes by camera, photo and scanner gun, also where there is no camera; results that are seen, heard and felt."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, expect
from sqlalchemy import func, select

from points.foundation import clock
from points.service import checkin
from points.service.tables import Activity, Stay
from tests.browser.camera import Camera, gun, photo
from tests.browser.conftest import BROWSERS, FLAGS
from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import DESK, NAVIGATION, PHONE, Visitor

LAN = "points.lan"
"""A name of this machine as a plain http page has it: no secure context, so no camera."""

LISTENING = """
  window.heard = [];
  const note = (...what) => window.heard.push(what.join(" "));
  navigator.vibrate = pattern => note("shakes", pattern);
  const parameter = {setValueAtTime() {}, exponentialRampToValueAtTime() {}};
  const voice = () => ({
    frequency: {set value(hertz) { note("tone", hertz); }}, connect: next => next, start() {}, stop() {}});
  window.AudioContext = function () {
    return {state: "running", currentTime: 0, destination: {}, createOscillator: voice,
            createGain: () => ({gain: parameter, connect: next => next})};
  };
  Object.defineProperty(window, "speechSynthesis", {value: {
    cancel() {}, speak: said => said.text && note("says", said.lang, said.text)}});
"""

GOOD = ["shakes 120", "tone 660", "tone 990"]
CARE = ["shakes 200,100,200", "tone 311", "tone 208"]


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    """What is held before the camera."""
    return Camera(tmp_path_factory.mktemp("camera") / "seen.mjpeg")


@pytest.fixture(scope="session")
def launch(chromium: Browser) -> Iterator[Callable[..., Browser]]:
    """Another Chromium with further flags."""
    with ExitStack() as browsers:

        def launched(*flags: str) -> Browser:
            found = next(filter(None, map(shutil.which, BROWSERS)), None)
            browser = chromium.browser_type.launch(executable_path=found, args=[*FLAGS, *flags])
            browsers.callback(browser.close)
            return browser

        yield launched


@pytest.fixture(scope="session")
def with_camera(launch: Callable[..., Browser], camera: Camera) -> Browser:
    """A browser that has a camera and lets every page use it, and that knows this machine by a name of the LAN."""
    return launch("--use-fake-ui-for-media-stream", f"--host-resolver-rules=MAP {LAN} 127.0.0.1", *camera.flags)


@pytest.fixture
def scanner(with_camera: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    """Somebody with a camera; what their device sounds and says is noted in `heard`."""
    with ExitStack() as visitors:

        def arrives(size: dict[str, int] = PHONE, *, address: str = "", browser: Browser | None = None) -> Visitor:
            one = Visitor(browser or with_camera, address or service.address, size)
            one.reads_codes = True
            one.context.add_init_script(LISTENING)
            visitors.callback(one.leave)
            return one

        yield arrives


def test_a_rotating_code_is_scanned_with_the_camera(
    service: Service, town: Town, scanner: Callable[..., Visitor], camera: Camera
) -> None:
    """An older one is refused, the fresh one counts, and nothing is recorded before the button is pressed."""
    phone = signed_in(scanner(), town)
    service.set_clock(8, 50)
    old = screen(service, town)
    service.set_clock(8, 52)
    phone.follow("扫码签到")
    assert not phone.reader, "the reader of codes is fetched before anybody wants it"
    phone.picture("scanner-1-page")

    camera.see(old)
    scan(phone, "签到码过期了")
    assert heard(phone, 4) == [*CARE, "says zh-CN 码已过期，请重新扫"]
    assert 0 < sum(phone.reader.values()) < 1024 * 1024

    camera.see(screen(service, town))
    phone.follow("再扫一次")
    scan(phone, "我到了，签到")
    assert stays(service) == 0
    phone.press("我到了，签到")
    phone.says("签到成功", "08:52")
    assert stays(service) == 1
    assert phone.path == "/my/", "a reload would show a code that is used up"
    phone.page.reload()
    phone.says("您正在服务中")


def test_a_poster_is_scanned_with_the_camera(
    service: Service, town: Town, scanner: Callable[..., Visitor], camera: Camera
) -> None:
    service.set_clock(8, 50)
    with service.transaction() as session:
        found = session.scalars(select(Activity).where(Activity.code == town.activity)).one()
        camera.see(f"{service.address}/s/{checkin.poster_token(found)}")
    phone = signed_in(scanner(), town)
    phone.open("/my/scan")
    scan(phone, "我到了，签到")
    phone.press("我到了，签到")
    phone.says("签到成功")


def test_a_result_is_seen_heard_and_felt(service: Service, town: Town, scanner: Callable[..., Visitor]) -> None:
    service.set_clock(8, 50)
    phone = signed_in(scanner(), town)
    phone.open(screen(service, town))
    assert phone.page.evaluate("heard") == []
    phone.press("我到了，签到")
    assert heard(phone, 4) == [*GOOD, "says zh-CN 签到成功"]
    phone.picture("scanner-2-result")
    listen_again(phone)
    phone.page.get_by_role("button", name="再听一遍").click()
    assert heard(phone, 3) == ["tone 660", "tone 990", "says zh-CN 签到成功"]
    phone.page.get_by_role("button", name="关闭声音").click()
    expect(phone.page.get_by_role("button", name="打开声音")).to_be_visible()

    service.set_clock(11, 2)
    phone.open(screen(service, town))  # the choice is remembered: felt, and not heard
    listen_again(phone)
    phone.press("我走了，签退")
    phone.says("签退成功")
    heard(phone, 1)
    phone.page.wait_for_timeout(600)  # nothing follows
    assert phone.page.evaluate("heard") == ["shakes 120"]


def test_who_has_pressed_nothing_hears_nothing(service: Service, town: Town, scanner: Callable[..., Visitor]) -> None:
    """Browsers allow no sound then; a button plays it."""
    service.set_clock(8, 50)
    old = screen(service, town)
    service.set_clock(8, 55)
    phone = scanner()
    phone.open(old)
    phone.says("签到码过期了")
    phone.page.wait_for_timeout(600)  # nothing follows
    assert phone.page.evaluate("heard") == []
    phone.page.get_by_role("button", name="再听一遍").click()
    assert heard(phone, 3) == [*CARE[1:], "says zh-CN 码已过期，请重新扫"]


def test_a_tap_without_a_network_says_so_and_counts_once(
    service: Service, town: Town, scanner: Callable[..., Visitor]
) -> None:
    service.set_clock(8, 50)
    phone = signed_in(scanner(), town)
    phone.open(screen(service, town))
    phone.page.route("**/my/scan/**", lambda route: route.abort())
    button = phone.page.get_by_role("button", name="我到了，签到")
    button.click()
    phone.page.get_by_text("网络没有回应").wait_for()
    phone.complaints.clear()  # that a request failed is what was asked for
    phone.page.unroute("**/my/scan/**")
    phone.press("我到了，签到")
    phone.says("签到成功")
    assert stays(service) == 1


def test_a_card_is_scanned_at_the_desk(
    service: Service, town: Town, scanner: Callable[..., Visitor], camera: Camera
) -> None:
    desk = scanner(DESK)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    camera.see(f"{service.address}/c/{town.neighbour_card}")
    scan(desk, "钱白露")


def test_a_card_is_scanned_at_the_roster(
    service: Service, town: Town, scanner: Callable[..., Visitor], camera: Camera
) -> None:
    """The leader hears that it counted, and the camera waits for the next card."""
    service.set_clock(8, 50)
    leader = scanner()
    leader.open("/sign-in")
    leader.sign_in(town.leader, PIN)
    leader.open(f"/staff/activities/{town.activity}/roster")
    camera.see(f"{service.address}/c/{town.neighbour_card}")
    leader.page.get_by_role("button", name="用摄像头扫").click()
    noted = heard(leader, 4)
    assert noted[:3] == GOOD
    assert "签到" in noted[3]
    until(leader, "document.querySelector('[data-kept].good') !== null")  # the service has taken it
    assert stays(service) == 1
    expect(leader.page.get_by_role("button", name="关闭摄像头")).to_be_visible()


def test_what_is_no_code_of_ours_is_refused_and_not_followed(
    service: Service, town: Town, scanner: Callable[..., Visitor], camera: Camera
) -> None:
    phone = signed_in(scanner(), town)
    phone.open("/my/scan")
    elsewhere = [f"https://example.org/s/{town.neighbour_card}", "WIFI:T:WPA;S:x;P:y;;", f"{service.address}/sign-out"]
    for text in elsewhere:
        camera.see(text)
        scan(phone, "这不是本站的码。")
        assert phone.path == "/my/scan"
        phone.page.get_by_role("button", name="关闭摄像头").click()
    desk = scanner(DESK)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    gun(desk.page, f"{service.address}/s/{town.neighbour_card}")
    desk.page.get_by_text("不是在这里用的").wait_for()


def test_who_handles_what_was_scanned_keeps_the_camera_for_the_next(
    service: Service, town: Town, scanner: Callable[..., Visitor], camera: Camera
) -> None:
    """One code held there is read once; the camera closes when the page is hidden or the button says so."""
    desk = scanner(DESK)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.page.evaluate("""() => { window.scanned = []; document.addEventListener("points:scanned", event => {
      window.scanned.push(event.detail); event.preventDefault(); }); }""")
    camera.see(f"{service.address}/c/{town.neighbour_card}")
    desk.page.get_by_role("button", name="用摄像头扫").click()
    until(desk, "scanned.length > 0")
    desk.page.wait_for_timeout(500)  # nothing follows
    text = f"{service.address}/c/{town.neighbour_card}"
    assert desk.page.evaluate("scanned") == [
        {"source": "camera", "text": text, "kind": "c", "code": town.neighbour_card}
    ]
    assert desk.page.evaluate("document.querySelector('video').srcObject.active")
    desk.page.evaluate("""() => { window.stream = document.querySelector("video").srcObject;
      Object.defineProperty(document, "hidden", {value: true});
      document.dispatchEvent(new Event("visibilitychange")); }""")
    assert not desk.page.evaluate("stream.active")
    expect(desk.page.get_by_role("button", name="用摄像头扫")).to_be_visible()


def test_a_refused_camera_shows_the_next_way(
    service: Service, town: Town, launch: Callable[..., Browser], camera: Camera, scanner: Callable[..., Visitor]
) -> None:
    phone = signed_in(scanner(browser=launch("--use-fake-ui-for-media-stream=deny", *camera.flags)), town)
    phone.open("/my/scan")
    assert not phone.page.get_by_role("button", name="用照片扫").is_visible()
    scan(phone, "没有允许使用摄像头")
    expect(phone.page.get_by_role("button", name="用照片扫")).to_be_visible()
    expect(phone.page.get_by_role("button", name="用摄像头扫")).to_be_enabled()
    phone.picture("scanner-3-refused")


def test_a_device_without_a_camera_shows_the_next_way(
    service: Service, town: Town, chromium: Browser, scanner: Callable[..., Visitor]
) -> None:
    phone = signed_in(scanner(browser=chromium), town)
    phone.open("/my/scan")
    scan(phone, "没有摄像头")
    expect(phone.page.get_by_role("button", name="用照片扫")).to_be_visible()


def test_a_plain_page_of_the_lan_reads_a_photo_and_sends_it_nowhere(
    service: Service, town: Town, scanner: Callable[..., Visitor]
) -> None:
    address = service.address.replace("127.0.0.1", LAN)
    desk = scanner(DESK, address=address)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    assert not desk.page.evaluate("isSecureContext")
    assert not desk.page.get_by_role("button", name="用摄像头扫").is_visible()
    desk.says("扫码枪、照片，或者直接输入")
    desk.picture("scanner-4-lan")
    sent: list[Request] = []
    desk.page.on("request", lambda request: sent.append(request))

    choose(desk, photo(None))
    desk.page.get_by_text("照片里没找到码").wait_for()
    choose(desk, photo(f"{address}/c/{town.neighbour_card}"))
    desk.page.get_by_role("heading", name="钱白露").wait_for()
    assert {request.method for request in sent} == {"GET"}
    assert not [request.url for request in sent if request.post_data_buffer]
    read = [request.url for request in sent if "/vendor/zxing-wasm-" in request.url]
    assert len(read) == 2, "the reader and its wasm, once"

    desk.open("/staff/desk")
    gun(desk.page, f"{address}/c/{town.neighbour_card}")
    desk.page.get_by_role("heading", name="钱白露").wait_for()


def test_a_volunteer_on_a_plain_page_uses_a_photo_or_the_six_digits(
    service: Service, town: Town, scanner: Callable[..., Visitor]
) -> None:
    service.set_clock(8, 50)
    address = service.address.replace("127.0.0.1", LAN)
    phone = signed_in(scanner(address=address), town)
    phone.open("/my/scan")
    phone.says("码的照片，或者输六位数字")
    choose(phone, photo(screen(service, town).replace(service.address, address)))
    phone.page.get_by_role("button", name="我到了，签到").wait_for()
    phone.open("/my/scan")
    with service.transaction() as session:
        found = session.scalars(select(Activity).where(Activity.code == town.activity)).one()
        digits = checkin.screen_digits(found, service.set_clock(8, 50))
    phone.type("digits", digits)
    phone.press("下一步")
    phone.says("我到了，签到")


@pytest.mark.parametrize("input_method", [False, True], ids=["plain", "with an input method"])
@pytest.mark.parametrize("focus", ["field", "page", "elsewhere"])
def test_a_scanner_gun_works_anywhere_on_the_page(
    service: Service, town: Town, visitor: Callable[..., Visitor], focus: str, input_method: bool
) -> None:
    """At 3 ms a key; what it typed into a field is taken out again."""
    desk = visitor(DESK)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.page.evaluate(
        """where => {
      const other = document.createElement("input");
      other.id = "other"; other.value = "7";
      document.querySelector("main").append(other);
      document.activeElement.blur();
      if (where === "field") { document.getElementById("who").focus(); }
      if (where === "elsewhere") { other.focus(); }
      document.addEventListener("points:scanned", event => { window.scanned = event.detail; });
    }""",
        focus,
    )
    desk.page.evaluate(
        "document.getElementById('who').form.addEventListener('submit', event => event.preventDefault())"
    )
    address = f"{service.address}/c/{town.neighbour_card}"
    gun(desk.page, address, ends="Tab" if focus == "page" else "Enter", input_method=input_method)
    until(desk, "Boolean(window.scanned)")
    assert desk.page.evaluate("scanned.text") == address
    expect(desk.page.locator("#who")).to_have_value(address)
    expect(desk.page.locator("#other")).to_have_value("7")


def test_a_scanner_gun_brings_the_person_to_the_desk(
    service: Service, town: Town, visitor: Callable[..., Visitor]
) -> None:
    desk = visitor(DESK)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    with desk.page.expect_navigation():
        gun(desk.page, f"{service.address}/c/{town.neighbour_card}".upper(), input_method=True)
    desk.says("钱白露")


def test_hands_are_no_scanner_gun(service: Service, town: Town, visitor: Callable[..., Visitor]) -> None:
    desk = visitor(DESK)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.page.evaluate("document.addEventListener('points:scanned', () => { window.scanned = true; })")
    desk.page.keyboard.type("https://nobody", delay=70)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**who=https*")
    assert desk.page.evaluate("window.scanned") is None


def signed_in(phone: Visitor, town: Town) -> Visitor:
    """The volunteer, signed in on that phone."""
    phone.open("/sign-in")
    phone.sign_in(town.phone, PIN)
    return phone


def screen(service: Service, town: Town) -> str:
    """The address that the leader's screen shows now."""
    with service.transaction() as session:
        found = session.scalars(select(Activity).where(Activity.code == town.activity)).one()
        return f"{service.address}/s/{checkin.screen_token(found, clock.now())}"


def stays(service: Service) -> int:
    """How many stays are recorded."""
    with service.transaction() as session:
        return session.scalars(select(func.count()).select_from(Stay)).one()


def scan(one: Visitor, words: str) -> None:
    """Press the camera's button and wait until the page says what it read."""
    one.page.get_by_role("button", name="用摄像头扫").click()
    one.page.get_by_text(words).first.wait_for(timeout=NAVIGATION)


def choose(one: Visitor, picture: bytes) -> None:
    """Choose a photo on the device."""
    with one.page.expect_file_chooser() as asked:
        one.page.get_by_role("button", name="用照片扫").click()
    asked.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture})


def heard(one: Visitor, count: int) -> list[Any]:
    """What was sounded, said and felt, once it is that many."""
    until(one, f"heard.length >= {count}")
    noted: list[Any] = one.page.evaluate("heard")
    return noted


def listen_again(one: Visitor) -> None:
    """Forget what was heard so far."""
    one.page.evaluate("heard.length = 0")


def until(one: Visitor, expression: str) -> None:
    """Wait until that is so on the page; its content policy lets no test wait inside it."""
    for _ in range(200):
        if one.page.evaluate(expression):
            return
        one.page.wait_for_timeout(50)
    raise AssertionError(f"never: {expression}")
