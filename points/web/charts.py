"""Charts: drawn on the server as one small SVG; the table with the same numbers stands beside each of them."""

from collections.abc import Sequence

from markupsafe import Markup

HIGH = 100
WIDE = 20
"""A place on the axis in units of the drawing, which is stretched to the room it has; no text stands in it."""

SVG = Markup(
    '<svg class="bars" role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width} {height}"'
    ' preserveAspectRatio="none"><title id="{name}-title">{title}</title><desc id="{name}-desc">{said}</desc>'
    '<path class="axis" d="M0 0H{width}M0 {middle}H{width}M0 {height}H{width}"/>{bars}</svg>'
)


def bars(name: str, title: str, said: str, *series: Sequence[int]) -> Markup:
    """Bars side by side for one or two series of the same length; `said` tells in words what is seen.

    The first series is filled, the second hollow, so that they differ without colour. Less than nothing is drawn as
    nothing; the table says it.
    """
    most = max((value for values in series for value in values), default=0)
    room = (WIDE - 6) // len(series)
    drawn = [
        Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
            "bar" if number == 0 else "bar second", WIDE * place + 3 + room * number, HIGH - high, room - 1, high
        )
        for number, values in enumerate(series)
        for place, value in enumerate(values)
        if (high := round(HIGH * max(value, 0) / most, 1) if most > 0 else 0)
    ]
    return SVG.format(
        name=name,
        title=title,
        said=said,
        width=WIDE * len(series[0]),
        height=HIGH,
        middle=HIGH // 2,
        bars=Markup("").join(drawn),
    )
