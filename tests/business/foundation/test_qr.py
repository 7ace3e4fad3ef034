"""Every QR that is drawn is read again: small, turned, on a dark ground."""

import io
import xml.etree.ElementTree as ElementTree

import cairosvg
import pytest
import zxingcpp
from PIL import Image

from points.foundation import qr

URLS = (
    "https://points.example.cn/c/7K3M9QX2T4",
    "http://192.168.1.20:8000/s/ABCDEFGHJK-01234567",
    "https://xiangmeizi.example.gov.cn/p/7K3M9QX2T4",
)
SIZE = 150


def read(image: Image.Image) -> str:
    found = zxingcpp.read_barcodes(image.convert("L"))
    return found[0].text if found else ""


def from_svg(text: str, size: int = SIZE) -> Image.Image:
    drawn = cairosvg.svg2png(bytestring=qr.svg(text, label="签到").encode(), output_width=size, output_height=size)
    return Image.open(io.BytesIO(drawn))


def from_png(text: str, size: int = SIZE) -> Image.Image:
    return Image.open(io.BytesIO(qr.png(text))).convert("L").resize((size, size), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("text", URLS)
@pytest.mark.parametrize("draw", [from_svg, from_png])
def test_it_is_read_at_150_pixels(draw: object, text: str) -> None:
    assert read(draw(text)) == text  # type: ignore[operator]


@pytest.mark.parametrize("degrees", [5, 45, 90, 180, 200])
@pytest.mark.parametrize("draw", [from_svg, from_png])
def test_it_is_read_turned(draw: object, degrees: int) -> None:
    turned = draw(URLS[0], 300).convert("L").rotate(degrees, expand=True, fillcolor=255)  # type: ignore[operator]
    assert read(turned) == URLS[0]


@pytest.mark.parametrize("draw", [from_svg, from_png])
def test_it_is_read_on_a_dark_ground_because_it_brings_its_own_quiet_zone(draw: object) -> None:
    ground = Image.new("L", (400, 400), 0)
    ground.paste(draw(URLS[0]).convert("L"), (125, 125))  # type: ignore[operator]
    assert read(ground) == URLS[0]


def test_the_svg_is_one_path_on_a_white_ground_and_well_formed() -> None:
    root = ElementTree.fromstring(qr.svg(URLS[0], label='<"&">'))
    assert root.get("aria-label") == '<"&">'
    ground, modules = root.findall("{http://www.w3.org/2000/svg}path")
    assert (ground.get("fill"), modules.get("fill")) == ("#fff", "#000")
    size = len(qr.matrix(URLS[0])) + 2 * qr.QUIET_ZONE
    assert root.get("viewBox") == f"0 0 {size} {size}"


def test_in_a_terminal_it_is_read_too() -> None:
    lines = qr.terminal(URLS[1]).splitlines()
    light = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    image = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            for half in (0, 1):
                image.putpixel((column, 2 * row + half), light[block][half])
    scaled = image.resize((image.width * 6, image.height * 6), Image.Resampling.NEAREST)
    assert read(scaled) == URLS[1]
