"""The shapes of areas and stations."""

from marshmallow import fields as shown

from points.places.tables import TYPES
from points.shapes import paging
from points.shapes.fields import Code, ContactPhone, Flag, Shape, Text, Whole, Word


class AreaShape(Shape):
    """A node of the area tree."""

    code = shown.String(required=True)
    type = Word(*TYPES, required=True)
    name = shown.String(required=True)
    parent = shown.String(required=True, allow_none=True)
    households = shown.Integer(required=True, allow_none=True)
    lead = shown.String(required=True, allow_none=True, metadata={"description": "A volunteer code"})
    active = shown.Boolean(required=True)


class AreasQuery(paging.Named):
    """Which areas."""

    below = Code(metadata={"description": "This area and all below it"})
    type = Word(*TYPES)


class NewAreaShape(Shape):
    """An area to add."""

    code = Code(required=True)
    type = Word(*TYPES, required=True)
    name = Text(60, least=1, required=True)
    parent = Code(required=True)
    households = Whole(most=100_000, load_default=None, allow_none=True)


class AreaChangeShape(Shape):
    """What to change of an area."""

    name = Text(60, least=1)
    code = Code(metadata={"description": "While nothing was entered under the one there is"})
    type = Word(*TYPES, metadata={"description": "Where nothing that was entered contradicts"})
    parent = Code(metadata={"description": "An area; where nothing that was entered contradicts"})
    households = Whole(most=100_000)
    lead = Text(20, metadata={"description": "A volunteer code; empty for nobody"})


class ClosingShape(Shape):
    """That a place is closed: why."""

    reason = Text(200, least=1, required=True)


class BuildingShape(Shape):
    """A building (楼栋) of a housing estate."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    active = shown.Boolean(required=True)


class CompoundShape(Shape):
    """A housing estate (小区) of a community."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    has_party_branch = shown.Boolean(required=True)
    has_owners_committee = shown.Boolean(required=True)
    property_company = shown.String(required=True)
    active = shown.Boolean(required=True)
    buildings = shown.List(shown.Nested(BuildingShape), required=True)


class CompoundsShape(Shape):
    """The housing estates of a community."""

    area = shown.String(required=True)
    compounds = shown.List(shown.Nested(CompoundShape), required=True)


class NewCompoundShape(Shape):
    """A housing estate to add."""

    name = Text(60, least=2, required=True)
    has_party_branch = Flag(load_default=False)
    has_owners_committee = Flag(load_default=False)
    property_company = Text(60, load_default="")


class CompoundChangeShape(Shape):
    """What to correct of a housing estate."""

    name = Text(60, least=2)
    has_party_branch = Flag()
    has_owners_committee = Flag()
    property_company = Text(60)


class BuildingNameShape(Shape):
    """What a building is called."""

    name = Text(30, least=1, required=True)


class StationShape(Shape):
    """A station (湘妹子能量家)."""

    code = shown.String(required=True)
    number = shown.Integer(required=True)
    name = shown.String(required=True)
    area = shown.String(required=True)
    address = shown.String(required=True)
    open_hours = shown.String(required=True)
    phone = shown.String(required=True)
    status = shown.String(required=True)


class NewStationShape(Shape):
    """A station to open."""

    code = Code(20, required=True)
    number = Whole(least=1, most=99, required=True)
    name = Text(60, least=1, required=True)
    area = Code(required=True, metadata={"description": "A community"})
    address = Text(120, least=1, required=True)
    open_hours = Text(120, least=1, required=True)
    phone = ContactPhone(required=True)
    low_counter = Flag(load_default=False)


class StationChangeShape(Shape):
    """What to correct of a station."""

    name = Text(60, least=1)
    address = Text(120, least=1)
    open_hours = Text(120, least=1)
    phone = ContactPhone()
    low_counter = Flag()


class ServingShape(Shape):
    """Whom the stations of a street serve: at each of them the whole street, or its own community only."""

    whole_street = Flag(required=True)


class AgreementShape(Shape):
    """Another street, whose residents this one serves once both have said so."""

    other = Code(required=True, metadata={"description": "A street"})


class AgreedShape(Shape):
    """A street that this one agreed with; it holds once the other has said the same."""

    street = shown.String(required=True)
    name = shown.String(required=True)
    holds = shown.Boolean(required=True)


class StreetServingShape(Shape):
    """How a street serves."""

    street = shown.String(required=True)
    whole_street = shown.Boolean(required=True)
    agreements = shown.List(shown.Nested(AgreedShape), required=True)


class StationStatusShape(Shape):
    """Open, pause or close a station."""

    status = Word("active", "paused", "closed", required=True)
    reason = Text(200, load_default="")
