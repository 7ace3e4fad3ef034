"""The shapes of the calendar of working days."""

from marshmallow import fields as shown

from points.shapes.fields import Day, Flag, Shape, WholeText


class CalendarQuery(Shape):
    """Which year: this one, unless said."""

    year = WholeText(least=2000, most=2200)


class SpecialDayShape(Shape):
    """A day that is off, or a weekend that is worked."""

    day = shown.Date(required=True)
    is_workday = shown.Boolean(required=True)
    festival = shown.String(required=True)
    own = shown.Boolean(required=True, metadata={"description": "Said here, over the national calendar"})


class YearShape(Shape):
    """The days of a year on which the rule of Monday to Friday does not hold."""

    year = shown.Integer(required=True)
    known = shown.Boolean(required=True, metadata={"description": "Whether anybody said which days are off"})
    items = shown.List(shown.Nested(SpecialDayShape), required=True)


class DayOfOurOwnShape(Shape):
    """A day that is off or worked here, whatever the national calendar says."""

    day = Day(required=True)
    is_workday = Flag(required=True)


class ForgottenDayShape(Shape):
    """A day about which the national calendar shall hold again."""

    day = Day(required=True)
