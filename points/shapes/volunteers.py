"""The shapes of volunteers."""

from datetime import date

from marshmallow import fields as shown

from points.people.statuses import LookReason
from points.people.tables import PURPOSES
from points.shapes import paging
from points.shapes.fields import Code, Day, Flag, Phone, Shape, Text, Word


class VolunteerShape(Shape):
    """A volunteer as those see them who may: no birth date, no full phone number."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    gender = shown.String(required=True)
    age_band = shown.String(required=True)
    phone = shown.String(required=True, metadata={"description": "Masked; empty for none"})
    community = shown.String(required=True)
    neighbour_group = shown.String(required=True, allow_none=True)
    status = shown.String(required=True)
    points_policy = shown.String(required=True)
    elder_mode = shown.Boolean(required=True)
    registered_via = shown.String(required=True)
    service_categories = shown.String(required=True)
    availability = shown.String(required=True)
    national_volunteer_no = shown.String(required=True, allow_none=True)
    is_demo = shown.Boolean(required=True)
    suspended_until = shown.Date(
        required=True, allow_none=True, metadata={"description": "The last day; null until it is lifted"}
    )


class VolunteersQuery(paging.Named):
    """Which volunteers: those of an area, or those whose code, name or phone is asked for."""

    area = Code(metadata={"description": "This area and all below it"})
    text = Text(40, least=1, metadata={"description": "A code, a name, a phone number or its last four digits"})


class NewGuardianShape(Shape):
    """The guardian of a minor."""

    name = Text(40, least=2, required=True)
    phone = Phone(40, least=1, required=True)
    relation = Text(20, least=1, required=True)
    volunteer = Code(load_default=None, allow_none=True)


class NewVolunteerShape(Shape):
    """A person to register."""

    name = Text(40, least=2, required=True)
    birth_date = Day(earliest=date(1900, 1, 1), required=True)
    community = Code(required=True)
    consents = shown.List(Word(*PURPOSES), required=True)
    phone = Phone(40, load_default=None, allow_none=True)
    phone_none = Flag(load_default=False)
    gender = Word("female", "male", "unsaid", load_default="unsaid")
    neighbour_group = Code(load_default=None, allow_none=True)
    compound = Text(60, load_default=None, allow_none=True)
    channel = Word("web", "paper", load_default="paper")
    paper_ref = Text(60, load_default="")
    text_version = Text(20, least=1, load_default="2026-1")
    guardian = shown.Nested(NewGuardianShape, load_default=None, allow_none=True)
    pin = Text(12, load_default=None, allow_none=True)
    points_policy = Word("earn", "hours_only", load_default="earn")
    elder_mode = Flag(load_default=False)
    residence_text = Text(60, load_default="")
    service_categories = Text(200, load_default="")
    availability = Text(120, load_default="")
    emergency_contact = Text(60, load_default="")
    national_volunteer_no = Text(40, load_default=None, allow_none=True)


class VolunteerChangeShape(Shape):
    """What to change of a volunteer; name, birth date, community and guardian by staff alone."""

    name = Text(40, least=2)
    birth_date = Day(earliest=date(1900, 1, 1))
    phone = Phone(40, metadata={"description": "Empty for who has none, from 60 on"})
    gender = Word("female", "male", "unsaid")
    community = Code(metadata={"description": "Neighbour group and compound of the old one are gone then"})
    neighbour_group = Code(allow_none=True)
    compound = Text(60, allow_none=True)
    residence_text = Text(60)
    service_categories = Text(200)
    availability = Text(120)
    emergency_contact = Text(60)
    national_volunteer_no = Text(40, least=1)
    elder_mode = Flag()
    points_policy = Word("earn", "hours_only")
    guardian = shown.Nested(NewGuardianShape, metadata={"description": "Who stands for the minor from now on"})
    paper_ref = Text(60, load_default="", metadata={"description": "Of the paper with the guardian's consent"})
    reason = Text(200, load_default="")


class LookShape(Shape):
    """Why one looks at the details of a minor."""

    reason = Word(*LookReason, required=True)


class SkillShape(Shape):
    """What a volunteer can do; it counts once staff has seen the proof."""

    volunteer = shown.String(required=True)
    name = shown.String(required=True, metadata={"description": "Of a minor only in signs"})
    skill = shown.String(required=True)
    proof = shown.String(required=True)
    qualification_no_last4 = shown.String(required=True)
    valid_until = shown.Date(required=True, allow_none=True)
    verified_by = shown.String(required=True, metadata={"description": "Empty: nobody has seen the proof yet"})


class SkillsQuery(paging.Numbered):
    """Whose skills, or who has one."""

    skill = Text(40, least=1, metadata={"description": "A part of its name"})
    volunteer = Code()


class ProposedSkillShape(Shape):
    """What one can do, and what proves it."""

    skill = Text(40, least=2, required=True)
    proof = Text(60, load_default="", metadata={"description": "Which certificate, by whom"})
    valid_until = Day(load_default=None, allow_none=True)


class SeenSkillShape(ProposedSkillShape):
    """A skill whose proof staff has seen."""

    qualification_no_last4 = Text(4, load_default="", metadata={"description": "The last four signs of its number"})


class DroppedSkillShape(Shape):
    """A skill that somebody no longer has."""

    skill = Text(40, least=1, required=True)
    reason = Text(200, load_default="")


class ReasonShape(Shape):
    """Why."""

    reason = Text(200, least=1, required=True)


class SuspensionShape(Shape):
    """Why somebody is suspended, and to the end of which day; without one until it is lifted."""

    reason = Text(200, least=1, required=True)
    until = Day(load_default=None, allow_none=True)


class LeavingShape(Shape):
    """That somebody leaves: why; what becomes of the points that are left: used up at the counter within 30 days, left
    to the household, or given up; who leads the activities to come that they lead, or that these are called off.
    """

    reason = Text(60, least=1, required=True)
    points = Word("use", "pool", "waive")
    successor = Code()
    call_off = Flag(load_default=False)


class PinShape(Shape):
    """A PIN."""

    pin = Text(12, least=1, required=True)


class ConsentShape(Shape):
    """A consent, given or taken back."""

    purpose = shown.String(required=True)
    text_version = shown.String(required=True)
    channel = shown.String(required=True)
    granted_at = shown.AwareDateTime(required=True)
    withdrawn_at = shown.AwareDateTime(required=True, allow_none=True)


class NewConsentShape(Shape):
    """A consent to record."""

    purpose = Word(*PURPOSES, required=True)
    text_version = Text(20, least=1, load_default="2026-1")
    channel = Word("web", "paper", load_default="web")
    paper_ref = Text(60, load_default="")


class PurposeShape(Shape):
    """What a consent is for."""

    purpose = Word(*PURPOSES, required=True)


class ConsentsShape(Shape):
    """Every consent of a person, latest first."""

    items = shown.List(shown.Nested(ConsentShape), required=True)


class CardShape(Shape):
    """A printed card; its QR holds `/c/<code>`."""

    code = shown.String(required=True)
    serial = shown.String(required=True)
    issued_at = shown.AwareDateTime(required=True)


class HouseholdShape(Shape):
    """A household: separate earning, shared spending by consent."""

    code = shown.String(required=True)
    members = shown.List(shown.String(), required=True)
    waiting = shown.Boolean(required=True, metadata={"description": "Whether the head has yet to accept the request"})


class HouseholdChoiceShape(Shape):
    """Found a household (no `household`) or join one; `pool` shares spending and needs the consent."""

    household = Code(load_default=None, allow_none=True)
    pool = Flag(load_default=False)


class HomeShape(Shape):
    """Where a person lives within the community; what is empty is known no longer."""

    neighbour_group = Code(metadata={"description": "A neighbour group (邻) of the community"})
    dwelling = Code(metadata={"description": "A housing estate (小区) or building (楼栋)"})


class HouseholdHomeShape(HomeShape):
    """Where a household lives; with `members`, that all of them live there."""

    members = Flag(load_default=False)


class PoolShape(Shape):
    """Whether to share one's points with the household."""

    pool = Flag(required=True)
