"""What a camera sees and what a scanner gun types: a fake camera for Chromium, codes as pictures, keys at 3 ms."""

import io
import time
from pathlib import Path
from typing import Any

import qrcode
from PIL import Image
from playwright.sync_api import Page

KEY_EVERY = 0.003  # seconds, as fast as scanner guns are
_SHIFTED = {":": "Semicolon", "_": "Minus", "?": "Slash", "&": "Digit7"}
_PLAIN = {"/": "Slash", ".": "Period", "-": "Minus", ";": "Semicolon", "=": "Equal"}


class Camera:
    """A camera before which one picture after another is held; each opening looks at the latest."""

    def __init__(self, film: Path) -> None:
        self.film = film
        self.see(None)

    @property
    def flags(self) -> list[str]:
        """What lets Chromium take the film for its camera."""
        return ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={self.film.absolute()}"]

    def see(self, address: str | None) -> None:
        """Hold a code before the camera, or nothing."""
        frame = _jpeg(_scene(address))
        self.film.write_bytes(frame + frame)


def photo(address: str | None) -> bytes:
    """A photo of 12 megapixels with a code somewhere on it, as a phone takes it."""
    scene = _scene(address).resize((4000, 3000))
    return _jpeg(scene.rotate(7, fillcolor=(150, 140, 130)))


def gun(page: Page, text: str, *, ends: str = "Enter", input_method: bool = False) -> None:
    """Type as a scanner gun does: keys of a US keyboard, one every 3 ms, then Enter or Tab.

    With a Chinese `input_method` on, every key is swallowed (229) and something else is composed in the field.
    """
    keys, pressed_at = page.context.new_cdp_session(page), time.time()
    for number, character in enumerate(text):
        code, shift = _key(character)
        facts = {"code": code, "modifiers": 8 * shift, "timestamp": pressed_at + number * KEY_EVERY}
        if input_method:
            facts |= {"key": "Process", "windowsVirtualKeyCode": 229}
            keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **facts})
            composed = "好" * (number + 1)
            keys.send("Input.imeSetComposition", {"text": composed, "selectionStart": 1, "selectionEnd": 1})
        else:
            facts |= {"key": character, "windowsVirtualKeyCode": _virtual(code)}
            keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": character, **facts})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **facts})
    end: dict[str, Any] = {"code": ends, "timestamp": pressed_at + len(text) * KEY_EVERY}
    if input_method:
        end |= {"key": "Process", "windowsVirtualKeyCode": 229}
        keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **end})
    else:
        end |= {"key": ends, "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9}[ends]}
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r" if ends == "Enter" else "", **end})
    keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **end})
    keys.detach()


def _scene(address: str | None) -> Image.Image:
    scene = Image.new("RGB", (640, 480), (176, 168, 158))
    if address is not None:
        code = qrcode.QRCode(border=4)
        code.add_data(address)
        scene.paste(code.make_image().convert("RGB").resize((300, 300)), (170, 90))
    return scene


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=90)
    return written.getvalue()


def _key(character: str) -> tuple[str, bool]:
    if character.isdigit():
        return f"Digit{character}", False
    if character.isalpha():
        return f"Key{character.upper()}", character.isupper()
    return (_SHIFTED[character], True) if character in _SHIFTED else (_PLAIN[character], False)


def _virtual(code: str) -> int:
    other = {"Slash": 191, "Period": 190, "Minus": 189, "Semicolon": 186, "Equal": 187}
    return other.get(code) or ord(code[-1])
