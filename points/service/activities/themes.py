"""一月一主题: the theme of a month, of a community or of its street, to which an activity of that month may belong."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Unpack

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.places import areas
from points.places.tables import Area
from points.service.activities.refusals import ActivityInvalid
from points.service.tables import MonthlyTheme

# --- what happens


def rename(session: Session, *, area: str, year: int, month: int, title: str, by: Actor, at: datetime) -> MonthlyTheme:
    """Give the theme of a month another title; its activities show it. Raises NotPermitted or NoSuch."""
    theme, path, role = _held(session, area, year, month, by=by)
    before, theme.title = theme.title, title
    session.flush()
    facts = {"from": before, "to": title}
    _note(session, area, path, theme, "theme.rename", by=by, role=role, at=at, facts=facts)
    return theme


def end(session: Session, *, area: str, year: int, month: int, by: Actor, at: datetime) -> MonthlyTheme:
    """Let no further activity belong to the theme; those that do stay with it. Raises NotPermitted or NoSuch."""
    theme, path, role = _held(session, area, year, month, by=by)
    if theme.active:
        theme.active = False
        session.flush()
        _note(session, area, path, theme, "theme.end", by=by, role=role, at=at)
    return theme


# --- what can be asked


def of_area(session: Session, *, area_id: int) -> list[MonthlyTheme]:
    """The themes of an area, the latest month first."""
    there = select(MonthlyTheme).where(MonthlyTheme.area_id == area_id)
    return list(session.scalars(there.order_by(MonthlyTheme.year.desc(), MonthlyTheme.month.desc())))


def of_month(session: Session, *, area_path: str, day: date) -> MonthlyTheme | None:
    """The theme of the month of this day, of the area itself before that of one above it."""
    return session.scalars(
        select(MonthlyTheme)
        .join(Area, Area.id == MonthlyTheme.area_id)
        .where(
            MonthlyTheme.year == day.year,
            MonthlyTheme.month == day.month,
            MonthlyTheme.active,
            literal(area_path).startswith(Area.path),
        )
        .order_by(func.length(Area.path).desc())
        .limit(1)
    ).first()


def chosen(session: Session, *, area: str, day: date) -> int:
    """The theme that an activity of this area and day belongs to, by its key. Raises NoSuch, ActivityInvalid."""
    found = of_month(session, area_path=areas.by_code(session, area).path, day=day)
    if found is None:
        raise ActivityInvalid(field="themed", why=N_("No theme is set for this month."))
    return found.id


def coming(session: Session, *, area_paths: Collection[str], day: date) -> list[MonthlyTheme]:
    """The themes of this month and the next ones for these areas, in their order."""
    from_month = MonthlyTheme.year * 12 + MonthlyTheme.month >= day.year * 12 + day.month
    found = session.execute(
        select(MonthlyTheme, Area.path)
        .join(Area, Area.id == MonthlyTheme.area_id)
        .where(from_month, MonthlyTheme.active)
        .order_by(MonthlyTheme.year, MonthlyTheme.month, func.length(Area.path), MonthlyTheme.id)
    )
    return [theme for theme, path in found if any(one.startswith(path) for one in area_paths)]


def titles(session: Session, ids: Iterable[int | None]) -> dict[int | None, str | None]:
    """How these themes are called; None for None. One statement, none for no themes."""
    wanted = {theme_id for theme_id in ids if theme_id is not None}
    found: dict[int | None, str | None] = {None: None}
    if wanted:
        of_these = select(MonthlyTheme.id, MonthlyTheme.title).where(MonthlyTheme.id.in_(wanted))
        found |= dict(session.execute(of_these).all())
    return found


def _held(session: Session, area: str, year: int, month: int, *, by: Actor) -> tuple[MonthlyTheme, str, str]:
    node = areas.by_code(session, area)
    role = by.require("activity.approve", area_path=node.path)
    theme = session.scalars(
        select(MonthlyTheme)
        .where(MonthlyTheme.area_id == node.id, MonthlyTheme.year == year, MonthlyTheme.month == month)
        .with_for_update()
    ).first()
    if theme is None:
        raise NoSuch(kind=N_("theme"), key=f"{area}/{year}-{month:02}")
    return theme, node.path, role


def _note(session: Session, area: str, path: str, theme: MonthlyTheme, action: str, **act: Unpack[audit.Act]) -> None:
    target = f"theme:{area}/{theme.year}-{theme.month:02}"
    audit.write(session, action=action, target=target, area_path=path, **act)
