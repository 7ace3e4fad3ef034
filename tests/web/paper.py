"""A printed PDF as an independent reader sees it: its text, its QR codes, its pixels, its marks."""

import io

import pypdfium2
import zxingcpp
from PIL import Image


class Printed:
    """A PDF, opened by a reader that has nothing to do with what wrote it."""

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
            self.title = document.get_metadata_value("Title")
            self.formats = [page.get_size() for page in document]
            self.texts = [page.get_textpage().get_text_range() for page in document]
            self._images: dict[tuple[int, float], Image.Image] = {}
        self._data = data

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def image(self, page: int = 0, scale: float = 2.5) -> Image.Image:
        with pypdfium2.PdfDocument(io.BytesIO(self._data)) as document:
            image: Image.Image = document[page].render(scale=scale).to_pil().convert("RGB")
            return image

    def codes(self, page: int = 0) -> list[str]:
        return sorted(found.text for found in zxingcpp.read_barcodes(self.image(page)))

    def all_codes(self) -> list[str]:
        return sorted(code for page in range(len(self.texts)) for code in self.codes(page))


def dark_outside(image: Image.Image, margin: int) -> bool:
    """Whether anything is drawn within `margin` pixels of the paper's edge."""
    width, height = image.size
    inner = image.crop((margin, margin, width - margin, height - margin))
    framed = Image.new("RGB", image.size, "white")
    framed.paste(inner, (margin, margin))
    return framed.tobytes() != image.tobytes()
