"""The figures of my area: what was done, exchanged and earned, month by month; every figure opens to its rows.

Who answers for no area has the figures of the own team, station or unit instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict
from points.places.tables import Area
from points.reports import figures, own_figures
from points.shapes.fields import Code, Whole, Word
from points.shapes.forms import Form
from points.web import charts, forms, pages, spreadsheet
from points.web.staff import bp
from points.web.usual import Page

ROWS_A_PAGE = 50
MOST_ROWS = 100_000
GROUPS = {
    N_("Service"): ("occasions", "person_times", "persons", "minutes", "beneficiaries", "c_records", "makeups"),
    N_("Exchange"): ("sessions", "redemptions", "items", "points_redeemed"),
    N_("Points"): (
        "balance_before",
        "points_issued",
        "points_brought",
        "points_adjusted",
        "points_spent",
        "points_expired",
        "balance_open",
    ),
    N_("At the end of these days"): ("teams", "stations", "volunteers"),
}
SHARED = ("c_records", "makeups")
"""Parts of the person-times, shown with their share."""
MEASURES = ("person_times", "occasions", "persons", "minutes")
CHARTS = (("person_times",), ("minutes",), ("points_issued", "points_redeemed"))
PARTS = (*(f"q{number}" for number in range(1, 5)), *(f"m{number}" for number in range(1, 13)))
OPENED_BY_CATEGORY = ("occasions", "person_times", "persons", "minutes")


@dataclass(eq=False)
class TooManyRows(Conflict):
    """A file of all rows would be too long for a spreadsheet."""

    code = "too-many-rows"
    title = N_("Too many rows for one file")
    detail = N_("There are %(count)d rows; a file takes %(most)d.")
    next_step = N_("Choose a shorter time, for example one month.")
    count: int
    most: int = MOST_ROWS


@dataclass(frozen=True, kw_only=True)
class Choice(Form):
    """The area, a year and a part of it, and what of it is looked at closer."""

    area: Annotated[str, Code()] = ""
    year: Annotated[int, Whole(least=2000, most=2200)] = 0
    part: Annotated[str, Word(*PARTS)] = ""
    measure: Annotated[str, Word(*MEASURES)] = MEASURES[0]
    table: Annotated[str, Word("figures", "months", "categories")] = "figures"
    category: Annotated[str, Code()] = ""


@dataclass(frozen=True)
class Asked:
    """What the reader chose: an area, a year and a part of it."""

    area: Area
    year: int
    part: str
    first: date
    last: date

    @property
    def query(self) -> dict[str, str | int]:
        """The choice as it stands in an address."""
        return {"area": self.area.code, "year": self.year, "part": self.part}


@bp.get("/figures", endpoint="figures")
def figures_page() -> Response:
    """Every figure with what it means, the year in bars, and communities by kind of service."""
    session, by = db.session(), http.current_actor()
    if not figures.has_areas(by):
        return _own_figures()
    asked = _asked(session, by)
    areas = figures.areas_of(session, by=by, near=asked.area)
    whole = figures.figures(session, area=asked.area.code, date_from=asked.first, date_to=asked.last)
    measure = forms.asked(Choice).measure
    return pages.show(
        "staff/figures.html",
        asked=asked,
        areas=areas,
        above=next((one for one in areas if one.id == asked.area.parent_id), None),
        below=[one for one in areas if one.parent_id == asked.area.id],
        may_open=_may_open(asked, by),
        years=_years(asked.year),
        parts=_parts(),
        groups=GROUPS,
        counted=whole,
        shares={name: _share(whole[name], whole["person_times"]) for name in SHARED},
        definitions=figures.DEFINITIONS,
        version=figures.DEFINITION_VERSION,
        charts=[_chart(asked, names) for names in CHARTS],
        months=range(1, 13),
        table=_by_category(asked, measure),
        measure=measure,
        measures=MEASURES,
        category_names=pages.category_names(session),
    )


@bp.get("/figures.csv")
def figures_csv() -> Response:
    """One of the page's tables as a file: the figures, the months, or communities by kind of service."""
    session, by = db.session(), http.current_actor()
    asked = _asked(session, by)
    name = f"{asked.area.name} {asked.first}–{asked.last}"
    version = [gettext("Definitions"), figures.DEFINITION_VERSION]
    match forms.asked(Choice).table:
        case "months":
            drawn = [name for names in CHARTS for name in names]
            columns = [_months(asked, figure) for figure in drawn]
            head = [gettext("Month"), *(pages.shown_words(figure, "figure") for figure in drawn)]
            rows = [[f"{asked.year}-{month:02d}", *(column[month - 1] for column in columns)] for month in range(1, 13)]
            return spreadsheet.answer(f"{asked.area.name} {asked.year}", head, rows)
        case "categories":
            names = pages.category_names(session)
            head = [gettext("Community"), gettext("Kind of service")]
            head += [pages.shown_words(measure, "figure") for measure in MEASURES]
            served = figures.by_category(session, area=asked.area.code, date_from=asked.first, date_to=asked.last)
            named = {area.code: area.name for area in figures.areas_of(session, by=by, near=asked.area)}
            rows = [
                [named.get(one.community, one.community), names.get(one.category, one.category)]
                + [getattr(one, measure) for measure in MEASURES]
                for one in served
            ]
            return spreadsheet.answer(name, head, rows)
        case _:
            whole = figures.figures(session, area=asked.area.code, date_from=asked.first, date_to=asked.last)
            rows = [
                [pages.shown_words(figure, "figure"), value, gettext(figures.DEFINITIONS[figure])]
                for figure, value in whole.items()
            ]
            return spreadsheet.answer(
                name, [gettext("Figure"), gettext("Value"), gettext("What it means")], [*rows, version]
            )


@bp.get("/figures/<figure>")
def figures_rows(figure: str) -> Response:
    """The rows that one figure is made of."""
    session, by = db.session(), http.current_actor()
    asked, category = _asked(session, by), _category(figure)
    page = forms.asked(Page).page
    opened = figures.rows(
        session,
        figure=figure,
        which=figures.Which(asked.area.code, asked.first, asked.last, category),
        by=by,
        offset=(page - 1) * ROWS_A_PAGE,
        limit=ROWS_A_PAGE,
    )
    return pages.show(
        "staff/figures_rows.html",
        figure=figure,
        asked=asked,
        part=dict(_parts())[asked.part],
        category=category,
        category_names=pages.category_names(session),
        opened=opened,
        turned=pages.turned(page, opened.count, a_page=ROWS_A_PAGE),
        link=_links(by),
        definition=figures.DEFINITIONS[figure],
        version=figures.DEFINITION_VERSION,
    )


@bp.get("/figures/<figure>.csv")
def figures_rows_csv(figure: str) -> Response:
    """All of these rows as a file, named as on the page. Raises TooManyRows."""
    session, by = db.session(), http.current_actor()
    asked = _asked(session, by)

    def rows_up_to(limit: int) -> figures.Page:
        return figures.rows(
            session,
            figure=figure,
            which=figures.Which(asked.area.code, asked.first, asked.last, _category(figure)),
            by=by,
            limit=limit,
        )

    count = rows_up_to(0).count
    if count > MOST_ROWS:
        raise TooManyRows(count=count)
    opened = rows_up_to(MOST_ROWS)
    label = pages.shown_words(figure, "figure")
    head = [gettext("Day"), gettext("What"), gettext("Number"), gettext("Name"), gettext("Volunteer code")]
    head += [gettext("Where"), label]
    rows = [
        [row.day, _titled(row), row.code, row.person, row.person_code, row.place, row.amount] for row in opened.rows
    ]
    return spreadsheet.answer(f"{asked.area.name} {label} {asked.first}–{asked.last}", head, rows)


def _asked(session: Session, by: Actor) -> Asked:
    """Raises NotPermitted, or NoSuch for an area out of reach."""
    form, today = forms.asked(Choice), clock.local_date(clock.now())
    if form.area:
        area = figures.seen(session, form.area, by=by)
    elif not (areas := figures.areas_of(session, by=by)):
        raise NotPermitted(action="report.see")
    else:
        area = areas[0]
    year, part = form.year or today.year, form.part
    return Asked(area, year, part, *_range(year, part))


def _range(year: int, part: str) -> tuple[date, date]:
    """The first and the last day of a part of a year."""
    first_month, months = (1, 12) if not part else (int(part[1:]), 1) if part[0] == "m" else (int(part[1]) * 3 - 2, 3)
    after = first_month + months
    first, end = date(year, first_month, 1), date(year + after // 13, (after - 1) % 12 + 1, 1)
    return first, end - timedelta(days=1)


def _own_figures() -> Response:
    """What one's team, station or unit did, in numbers. Raises NotPermitted for who has none."""
    session, by, form = db.session(), http.current_actor(), forms.asked(Choice)
    year = form.year or clock.local_date(clock.now()).year
    first, last = _range(year, form.part)
    found = own_figures.of(session, by=by, date_from=first, date_to=last)
    if not found:
        raise NotPermitted(action="report.see")
    return pages.show(
        "staff/own_figures.html",
        found=found,
        year=year,
        years=_years(year),
        part=form.part,
        parts=_parts(),
        first=first,
        last=last,
        definitions=figures.DEFINITIONS,
        version=figures.DEFINITION_VERSION,
    )


def _may_open(asked: Asked, by: Actor) -> bool:
    """Whether the figures open to their rows for this reader, or are counts only."""
    return by.role_for("report.see", area_path=asked.area.path) is not None


def _parts() -> list[tuple[str, str]]:
    """The parts of a year, as they are chosen and called."""
    return [
        ("", gettext("the whole year")),
        *((f"q{number}", gettext("quarter %(n)d", n=number)) for number in range(1, 5)),
        *((f"m{number}", gettext("month %(n)d", n=number)) for number in range(1, 13)),
    ]


def _years(chosen: int) -> list[int]:
    today = clock.local_date(clock.now()).year
    return sorted({chosen, *range(today - 10, today + 1)}, reverse=True)


def _share(part: int, whole: int) -> str:
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10} %"


def _months(asked: Asked, figure: str) -> list[int]:
    months = [date(asked.year, month, 1) for month in range(1, 13)]
    return figures.by_month(db.session(), figure=figure, area=asked.area.code, months=months)


def _chart(asked: Asked, names: Sequence[str]) -> dict[str, object]:
    columns = [_months(asked, name) for name in names]
    labels = [pages.shown_words(name, "figure") for name in names]
    title = gettext("%(what)s by month", what=" · ".join(labels))
    said = "; ".join(
        gettext(
            "%(what)s: %(sum)d in the year, most in month %(month)d with %(most)d",
            what=label,
            sum=sum(column),
            month=column.index(max(column)) + 1,
            most=max(column),
        )
        for label, column in zip(labels, columns, strict=True)
    )
    drawn = charts.bars(f"chart-{names[0]}", title, said, *columns)
    most = max(value for column in columns for value in column)
    months = enumerate(zip(*columns, strict=True), 1)
    rows = [(month, list(zip(names, values, strict=True))) for month, values in months]
    return {"title": title, "labels": labels, "rows": rows, "drawn": drawn, "most": most}


def _by_category(asked: Asked, measure: str) -> dict[str, object]:
    """Communities by kind of service, both in the order of their codes; persons are never added up."""
    session = db.session()
    served = figures.by_category(session, area=asked.area.code, date_from=asked.first, date_to=asked.last)
    cells = {(one.community, one.category): getattr(one, measure) for one in served}
    named = {area.code: area for area in figures.areas_of(session, by=http.current_actor(), near=asked.area)}
    communities = [(code, named[code]) for code in sorted({code for code, _ in cells} & named.keys())]
    rows = []
    for category in sorted({category for _, category in cells}):
        values = [(code, area, cells.get((code, category), 0)) for code, area in communities]
        rows.append((category, values, sum(value for _, _, value in values)))
    return {
        "rows": rows,
        "communities": communities,
        "adds_up": measure != "persons",
    }


def _category(figure: str) -> str | None:
    return forms.asked(Choice).category or None if figure in OPENED_BY_CATEGORY else None


def _titled(row: figures.Row) -> str:
    return pages.shown_words(row.title, "purpose") if row.kind == "purpose" else row.title


def _links(by: Actor) -> Callable[[figures.Row], str]:
    """Where a row leads to, for those who may open it."""
    pages_of = {
        "activity": ("staff.activity", "activity.see"),
        "redemption": ("staff.redemption", "redemption.see"),
        "session": ("staff.exchange_day", "session.see"),
    }

    def link(row: figures.Row) -> str:
        page, action = pages_of.get(row.kind, ("", ""))
        return url_for(page, code=row.code) if page and by.reaches(action) else ""

    return link
