"""The shapes of teams, and units whose members report in."""

from marshmallow import fields as shown

from points.shapes.fields import Code, Day, Flag, Shape, Text, Word

TEAM_KINDS = ("community", "street", "unit", "party", "women", "elder", "youth", "professional")


UNIT_KINDS = ("backing", "resident", "co_build", "other")


REPORT_KINDS = ("linked", "residence")


class TeamShape(Shape):
    """A team."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    kind = shown.String(required=True)
    area = shown.String(required=True)
    leader = shown.String(required=True)
    founded_on = shown.Date(required=True)
    status = shown.String(required=True)


class NewTeamShape(Shape):
    """A team to found."""

    code = Code(20, required=True)
    name = Text(60, least=1, required=True)
    kind = Word(*TEAM_KINDS, required=True)
    area = Code(required=True)
    leader = Code(required=True)
    founded_on = Day(required=True)


class MemberShape(Shape):
    """A member as those see them who manage the team."""

    volunteer = shown.String(required=True)
    name = shown.String(required=True)
    role = shown.String(required=True)
    status = shown.String(required=True)


class MembersShape(Shape):
    """The members of a team."""

    items = shown.List(shown.Nested(MemberShape), required=True)


class WhoShape(Shape):
    """A volunteer."""

    volunteer = Code(required=True)


class WhoAndWhyShape(Shape):
    """A volunteer and a reason."""

    volunteer = Code(required=True)
    reason = Text(200, load_default="")


class AnswerShape(Shape):
    """Whether somebody joins who was asked to."""

    volunteer = Code(required=True)
    accept = Flag(required=True)


class InvitedShape(Shape):
    """The card or number of somebody who is asked to join a team."""

    who = Text(300, least=4, required=True)


class UnitShape(Shape):
    """A unit; its members are counted, never listed here."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    kind = shown.String(required=True)
    linked_community = shown.String(required=True, allow_none=True)
    active = shown.Boolean(required=True)


class NewUnitShape(Shape):
    """A unit to enter."""

    code = Code(20, required=True)
    name = Text(60, least=1, required=True)
    kind = Word(*UNIT_KINDS, required=True)
    linked_community = Code(load_default=None, allow_none=True)


class UnitChangeShape(Shape):
    """What to correct of a unit."""

    name = Text(60, least=1)
    kind = Word(*UNIT_KINDS)
    linked_community = Code(allow_none=True)


class ClosedUnitShape(Shape):
    """Why a unit takes part no longer, and whether the reports of its members end with it."""

    reason = Text(200, least=1, required=True)
    end_reports = Flag(load_default=False)


class UnitMembersShape(Shape):
    """Who reports in for a unit: how many, and by name those you may see."""

    count = shown.Integer(required=True)
    items = shown.List(shown.Nested(WhoShape), required=True)


class ReportInShape(Shape):
    """A member of a unit who reports to a community."""

    volunteer = Code(required=True)
    community = Code(required=True)
    kind = Word(*REPORT_KINDS, required=True)
    reported_on = Day(required=True)


class EndReportInShape(Shape):
    """Which report to end."""

    volunteer = Code(required=True)
    kind = Word(*REPORT_KINDS, required=True)
