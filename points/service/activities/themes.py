"""一月一主题: the theme of a month, of a community or of its street, to which an activity of that month may belong."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from points.foundation.errors import N_
from points.places import areas
from points.places.tables import Area
from points.service.activities.refusals import ActivityInvalid
from points.service.tables import MonthlyTheme

# --- what can be asked


def of_month(session: Session, *, area_path: str, day: date) -> MonthlyTheme | None:
    """The theme of the month of this day, of the area itself before that of one above it."""
    return session.scalars(
        select(MonthlyTheme)
        .join(Area, Area.id == MonthlyTheme.area_id)
        .where(
            MonthlyTheme.year == day.year,
            MonthlyTheme.month == day.month,
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
        .where(from_month)
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
