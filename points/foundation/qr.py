"""QR codes: every code of this service is a plain URL, drawn at error level M with a quiet zone of four modules."""

import io
from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4
PRINTED_MASK = 3
"""The mask of codes printed by the thousand. Every mask can be read; looking for the best takes most of the time."""


@lru_cache(maxsize=256)
def matrix(text: str, *, mask: int | None = None) -> tuple[tuple[bool, ...], ...]:
    """The modules of the QR of `text`, without quiet zone; True is dark. Without `mask` the best of the eight."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=mask)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def svg(text: str, *, label: str = "") -> str:
    """The QR of `text` as one SVG document of a white ground and one path; scales to its container.

    `label` is the accessible name; it is escaped.
    """
    modules = matrix(text)
    size = len(modules) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{run}v1h-{run}z" for y, row in enumerate(modules) for x, run in runs(row)
    )
    name = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="{name}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def png(text: str, *, scale: int = 8) -> bytes:
    """The QR of `text` as a PNG of `scale` pixels a module, quiet zone included."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, box_size=scale)
    code.add_data(text)
    code.make(fit=True)
    buffer = io.BytesIO()
    code.make_image().save(buffer, "PNG")
    return buffer.getvalue()


def terminal(text: str) -> str:
    """The QR of `text` in half-block characters, for a terminal with a dark ground."""
    edge = [False] * QUIET_ZONE
    rows = [edge + list(row) + edge for row in matrix(text)]
    blank = [False] * len(rows[0])
    rows = [blank] * QUIET_ZONE + rows + [blank] * (QUIET_ZONE + len(rows) % 2)
    blocks = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return "\n".join(
        "".join(blocks[upper, lower] for upper, lower in zip(rows[y], rows[y + 1], strict=True))
        for y in range(0, len(rows), 2)
    )


def runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Where dark modules follow each other in a row: start and length."""
    found, start = [], None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append((start, x - start))
            start = None
    return found
