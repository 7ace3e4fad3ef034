"""Kinds of service and themes of months are renamed and closed; what was planned with them stays."""

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import NotPermitted
from points.foundation.errors import NoSuch
from points.places.areas import CodeTaken
from points.service import activities
from points.service.activities import KindChange, themes
from points.service.activities.refusals import ActivityInvalid
from tests import make
from tests.make import NOW, TODAY


def test_a_kind_is_renamed_closed_and_opened_again(session: Session) -> None:
    make.street(session)
    by, kind = make.street_admin(session), make.category(session)
    planned = make.activity(session)
    to = KindChange(name="清洁家园", coef_pct=120, minors_ok=False, hazard_default=True)
    changed = activities.change_category(session, category=kind.code, to=to, by=by, at=NOW)
    assert (changed.name, changed.coef_pct, changed.minors_ok, changed.hazard_default) == ("清洁家园", 120, False, True)
    activities.close_category(session, category=kind.code, reason="合并", by=by, at=NOW)
    assert kind not in activities.categories(session)
    assert activities.every_category(session)[-1] is kind
    with pytest.raises(NoSuch):
        make.activity(session)
    session.refresh(planned)
    assert planned.category_id == kind.id
    assert activities.reopen_category(session, category=kind.code, by=by, at=NOW).active


def test_a_kind_is_changed_within_its_bounds_and_by_the_street(session: Session) -> None:
    make.street(session)
    kind = make.category(session)
    with pytest.raises(ActivityInvalid):
        activities.change_category(
            session, category=kind.code, to=KindChange(coef_pct=201), by=make.street_admin(session), at=NOW
        )
    with pytest.raises(NotPermitted):
        activities.close_category(
            session, category=kind.code, reason="合并", by=make.staff(session, role="community_admin"), at=NOW
        )


def test_a_theme_is_renamed_ended_and_set_again(session: Session) -> None:
    ground = make.street(session)
    by = make.street_admin(session)
    may = {"area": "YD", "year": 2026, "month": 5}
    activities.add_theme(session, **may, title="助残", by=by, at=NOW)  # type: ignore[arg-type]
    with pytest.raises(CodeTaken):
        activities.add_theme(session, **may, title="敬老", by=by, at=NOW)  # type: ignore[arg-type]
    assert themes.rename(session, **may, title="扶残助残", by=by, at=NOW).title == "扶残助残"  # type: ignore[arg-type]
    themes.end(session, **may, by=by, at=NOW)  # type: ignore[arg-type]
    assert themes.of_month(session, area_path=ground.a.path, day=TODAY) is None
    with pytest.raises(NoSuch):
        themes.end(session, area="YD", year=2026, month=6, by=by, at=NOW)
    activities.add_theme(session, **may, title="敬老", by=by, at=NOW)  # type: ignore[arg-type]
    assert [(one.title, one.active) for one in themes.of_area(session, area_id=ground.street.id)] == [("敬老", True)]
