"""The shapes of sign-ups."""

from marshmallow import fields as shown

from points.shapes import paging
from points.shapes.fields import Code, Flag, Shape, Text, Word


class SignupShape(Shape):
    """A sign-up."""

    activity = shown.String(required=True)
    volunteer = shown.String(required=True)
    status = shown.String(required=True)
    queued_at = shown.AwareDateTime(required=True)
    walk_in = shown.Boolean(required=True)
    guardian_present = shown.Boolean(required=True)


class SignupsQuery(paging.Named):
    """Which of somebody's sign-ups."""


class NewSignupShape(Shape):
    """Who wants to come."""

    volunteer = Code(required=True)
    guardian_present = Flag(load_default=False)
    as_report_in = Word("linked", "residence", load_default=None, allow_none=True)
    as_team = Code(load_default=None, allow_none=True, metadata={"description": "One's own team, beside the organiser"})
    note = Text(100, load_default="")


class DecisionShape(Shape):
    """Let a pending sign-up in, or not."""

    approve = Flag(required=True)


class CancelSignupShape(Shape):
    """Why, if one wants to say."""

    reason = Text(200, load_default="")


class RosterLineShape(Shape):
    """One person of an activity: name, code and phone tail only."""

    volunteer = shown.String(required=True)
    name = shown.String(required=True)
    phone_tail = shown.String(required=True)
    status = shown.String(required=True)
    walk_in = shown.Boolean(required=True)
    guardian_present = shown.Boolean(required=True)
    session = shown.String(required=True, allow_none=True, attribute="stay")
    session_status = shown.String(required=True, allow_none=True, attribute="stay_status")
    in_at = shown.AwareDateTime(required=True, allow_none=True)
    out_at = shown.AwareDateTime(required=True, allow_none=True)
    flags = shown.List(shown.String(), required=True)


class ShownShape(Shape):
    """How many names were opened."""

    shown = shown.Integer(required=True)


class RosterShape(Shape):
    """The people of an activity, in order of sign-up."""

    items = shown.List(shown.Nested(RosterLineShape), required=True)
