"""The shapes of activities."""

from datetime import datetime

from marshmallow import fields as shown
from marshmallow import validate

from points.service.statuses import ActivityStatus, CheckMode
from points.shapes import paging
from points.shapes.fields import Code, ContactPhone, Day, Flag, Shape, Text, Time, Whole, Word


class ActivityShape(Shape):
    """A service occasion."""

    code = shown.String(required=True)
    title = shown.String(required=True)
    category = shown.String(required=True)
    origin = shown.String(required=True)
    area = shown.String(required=True)
    team = shown.String(required=True)
    station = shown.String(required=True, allow_none=True)
    theme = shown.String(required=True, allow_none=True, metadata={"description": "The theme of its month"})
    leader = shown.String(required=True)
    place = shown.String(required=True)
    start_at = shown.AwareDateTime(required=True)
    end_at = shown.AwareDateTime(required=True)
    breaks = shown.List(shown.List(shown.String()), required=True)
    capacity = shown.Integer(required=True)
    places_taken = shown.Integer(required=True)
    min_age = shown.Integer(required=True)
    max_age = shown.Integer(required=True, allow_none=True)
    required_skill = shown.String(required=True)
    hazard = shown.Boolean(required=True)
    insurance_ref = shown.String(required=True)
    risk_notice = shown.String(required=True)
    guarantee_note = shown.String(required=True)
    contact_name = shown.String(required=True)
    contact_phone = shown.String(required=True)
    check_mode = shown.String(required=True)
    walk_in_ok = shown.Boolean(required=True)
    points_eligible = shown.Boolean(required=True)
    extra_pct = shown.Integer(required=True)
    max_minutes_pp_day = shown.Integer(required=True, allow_none=True)
    emergency = shown.Boolean(required=True)
    content = shown.String(required=True)
    bring = shown.String(required=True)
    status = shown.String(required=True)
    status_reason = shown.String(required=True)
    submitted_by = shown.String(required=True, allow_none=True)
    approved_by = shown.String(required=True, allow_none=True)
    settled_at = shown.AwareDateTime(required=True, allow_none=True)
    settled_late = shown.Boolean(required=True)
    head_count = shown.Integer(required=True, allow_none=True)
    beneficiaries = shown.Integer(required=True)
    result_note = shown.String(required=True)
    version = shown.Integer(required=True)


def _pause() -> shown.List[datetime]:
    return shown.List(Time(), validate=validate.Length(equal=2))


class ActivityChangeShape(Shape):
    """What to change; once published only time, place, capacity, contact and the way of check-in."""

    title = Text(60, least=4)
    place = Text(80, least=1)
    start_at = Time()
    end_at = Time()
    breaks = shown.List(
        _pause(),
        validate=validate.Length(max=1000),
        metadata={"description": "Pairs of times that do not count, also the nights of several days"},
    )
    capacity = Whole(least=1, most=2000)
    min_age = Whole(least=6, most=120)
    max_age = Whole(least=6, most=200, allow_none=True)
    required_skill = Text(40)
    hazard = Flag()
    insurance_ref = Text(60)
    risk_notice = Text(500, lines=True)
    guarantee_note = Text(200)
    contact_name = Text(40, least=1)
    contact_phone = ContactPhone()
    check_mode = Word(*CheckMode)
    walk_in_ok = Flag()
    points_eligible = Flag()
    extra_pct = Whole(least=100, most=150, metadata={"description": "100, 120 or 150"})
    max_minutes_pp_day = Whole(least=1, most=1440, allow_none=True)
    emergency = Flag()
    content = Text(1000, least=10, lines=True)
    bring = Text(100)
    station = Code(allow_none=True)
    themed = Flag(metadata={"description": "Whether it belongs to the theme of its month (一月一主题)"})


class NewActivityShape(ActivityChangeShape):
    """An activity to draft."""

    team = Code(required=True)
    category = Code(required=True)
    title = Text(60, least=4, required=True)
    area = Code(required=True)
    place = Text(80, least=1, required=True)
    start_at = Time(required=True)
    end_at = Time(required=True)
    capacity = Whole(least=1, most=2000, required=True)
    leader = Code(required=True, metadata={"description": "A volunteer code"})
    contact_name = Text(40, least=1, required=True)
    contact_phone = ContactPhone(required=True)
    content = Text(1000, least=10, lines=True, required=True)
    station = Code(load_default=None, allow_none=True)


class AttendeeShape(Shape):
    """A person who was there, with arrival and departure."""

    volunteer = Code(required=True)
    in_at = Time(required=True)
    out_at = Time(required=True)


class BackfillShape(NewActivityShape):
    """An activity that took place without having been planned here, and who was there."""

    risk_notice = Text(500, least=1, lines=True, required=True)
    attendees = shown.List(shown.Nested(AttendeeShape), required=True, validate=validate.Length(1, 500))


class ChangeShape(Shape):
    """What everybody signed up is told: another time or place than it was, or called off."""

    at = shown.AwareDateTime(required=True, attribute="created_at")
    what = shown.String(required=True)
    was_start_at = shown.AwareDateTime(required=True)
    was_end_at = shown.AwareDateTime(required=True)
    was_place = shown.String(required=True)
    start_at = shown.AwareDateTime(required=True)
    end_at = shown.AwareDateTime(required=True)
    place = shown.String(required=True)


class ChangesShape(Shape):
    """What was told of an activity, the latest first."""

    items = shown.List(shown.Nested(ChangeShape), required=True)


class OpenActivitiesShape(Shape):
    """What goes on and may be joined."""

    items = shown.List(shown.Nested(ActivityShape), required=True)


class ActivitiesQuery(paging.Named):
    """Which activities."""

    status = Word(*ActivityStatus)
    team = Code()
    area = Code(metadata={"description": "This area and all below it"})
    category = Code()
    date_from = Day()
    date_to = Day()
    text = Text(60, least=1)


class CategoryShape(Shape):
    """A kind of service and its coefficient in percent."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    coef_pct = shown.Integer(required=True)
    hours_eligible = shown.Boolean(required=True)
    minors_ok = shown.Boolean(required=True)
    hazard_default = shown.Boolean(required=True)
    active = shown.Boolean(required=True)


class NewCategoryShape(Shape):
    """A kind of service to add."""

    code = Code(30, required=True)
    name = Text(40, least=1, required=True)
    coef_pct = Whole(least=50, most=200, load_default=100)
    hours_eligible = Flag(load_default=True)
    minors_ok = Flag(load_default=True)
    hazard_default = Flag(load_default=False)


class CategoryChangeShape(Shape):
    """What to change of a kind of service."""

    name = Text(40, least=1)
    coef_pct = Whole(least=50, most=200)
    hours_eligible = Flag()
    minors_ok = Flag()
    hazard_default = Flag()


class ThemeShape(Shape):
    """The theme of a month (一月一主题)."""

    area = shown.String(required=True)
    month = shown.String(required=True, metadata={"description": "Such as 2026-05"})
    title = shown.String(required=True)
    active = shown.Boolean(required=True)


class ThemesShape(Shape):
    """The themes of an area."""

    area = shown.String(required=True)
    themes = shown.List(shown.Nested(ThemeShape), required=True)


class NewThemeShape(Shape):
    """The theme of a month."""

    month = Day(required=True, metadata={"description": "Any day of the month"})
    title = Text(60, least=2, required=True)


class ThemeMonthShape(Shape):
    """Which month."""

    month = Day(required=True, metadata={"description": "Any day of the month"})


class CategoriesShape(Shape):
    """The kinds of service."""

    items = shown.List(shown.Nested(CategoryShape), required=True)


class WhyShape(Shape):
    """A reason."""

    reason = Text(200, least=1, required=True)


class UntilShape(Shape):
    """A later end."""

    end_at = Time(required=True)


class ScreenCodeShape(Shape):
    """What the leader's screen shows: a URL to draw as QR, and six digits. Both are renewed every 30 seconds."""

    code = shown.String(required=True)
    url = shown.String(required=True)
    digits = shown.String(required=True)
    poster_url = shown.String(required=True)
    valid_until = shown.AwareDateTime(required=True)
    renew_in_seconds = shown.Integer(required=True)
