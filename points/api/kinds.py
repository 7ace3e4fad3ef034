"""Kinds of service, and the themes of months."""

from datetime import date

from points import http
from points.api.room import Room
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import N_, NoSuch
from points.places import areas
from points.service import activities
from points.service.activities import themes
from points.service.tables import ActivityCategory, MonthlyTheme
from points.shapes.activities import (
    CategoryChangeShape,
    CategoryShape,
    NewCategoryShape,
    NewThemeShape,
    ThemeMonthShape,
    ThemeShape,
    ThemesShape,
)
from points.shapes.fields import Given
from points.shapes.places import ClosingShape

room = Room("kinds", __name__, description="Kinds of service, and the themes of months.")


@room.act("/activity-categories", body=NewCategoryShape, answer=CategoryShape, status=201)
def add_category(given: Given) -> ActivityCategory:
    """Add a kind of service."""
    with transaction() as session:
        kind = activities.Kind(**given)
        return activities.add_category(session, kind, by=http.current_actor(), at=clock.now())


@room.act("/activity-categories/<code:code>/correct", body=CategoryChangeShape, answer=CategoryShape)
def change_category(given: Given, code: str) -> ActivityCategory:
    """Rename a kind of service, or change what is asked of it, for activities to come."""
    with transaction() as session:
        to = activities.KindChange(**given)
        return activities.change_category(session, category=code, to=to, by=http.current_actor(), at=clock.now())


@room.act("/activity-categories/<code:code>/close", body=ClosingShape, answer=CategoryShape)
def close_category(given: Given, code: str) -> ActivityCategory:
    """Plan nothing of this kind any more; what is planned or done stays."""
    with transaction() as session:
        return activities.close_category(session, category=code, **given, by=http.current_actor(), at=clock.now())


@room.act("/activity-categories/<code:code>/reopen", answer=CategoryShape)
def reopen_category(given: Given, code: str) -> ActivityCategory:
    """Let activities of this kind be planned again."""
    with transaction() as session:
        return activities.reopen_category(session, category=code, by=http.current_actor(), at=clock.now())


@room.read("/areas/<code:code>/themes", answer=ThemesShape)
def list_themes(code: str) -> object:
    """The themes of an area, the latest month first."""
    session = db.session()
    area = areas.by_code(session, code)
    if http.current_actor().role_for("area.see", area_path=area.path) is None:
        raise NoSuch(kind=N_("area"), key=code)
    return {"area": code, "themes": [_shown(code, one) for one in themes.of_area(session, area_id=area.id)]}


@room.act("/areas/<code:code>/themes", body=NewThemeShape, answer=ThemeShape, status=201)
def add_theme(given: Given, code: str) -> object:
    """Set the theme of a month."""
    month: date = given["month"]
    with transaction() as session:
        theme = activities.add_theme(
            session,
            area=code,
            year=month.year,
            month=month.month,
            title=given["title"],
            by=http.current_actor(),
            at=clock.now(),
        )
        return _shown(code, theme)


@room.act("/areas/<code:code>/themes/rename", body=NewThemeShape, answer=ThemeShape)
def rename_theme(given: Given, code: str) -> object:
    """Give the theme of a month another title."""
    month: date = given["month"]
    by, at = http.current_actor(), clock.now()
    with transaction() as session:
        title = given["title"]
        theme = themes.rename(session, area=code, year=month.year, month=month.month, title=title, by=by, at=at)
        return _shown(code, theme)


@room.act("/areas/<code:code>/themes/end", body=ThemeMonthShape, answer=ThemeShape)
def end_theme(given: Given, code: str) -> object:
    """Let no further activity belong to the theme of a month."""
    month: date = given["month"]
    by, at = http.current_actor(), clock.now()
    with transaction() as session:
        return _shown(code, themes.end(session, area=code, year=month.year, month=month.month, by=by, at=at))


def _shown(area: str, theme: MonthlyTheme) -> dict[str, object]:
    return {
        "area": area,
        "month": f"{theme.year}-{theme.month:02}",
        "title": theme.title,
        "active": theme.active,
    }
