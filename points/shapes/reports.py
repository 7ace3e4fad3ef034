"""The shapes of reports."""

from marshmallow import fields as shown

from points.reports import figures
from points.shapes.fields import Code, Day, Shape
from points.shapes.stock import OnHandShape


class FiguresQuery(Shape):
    """Of which area and all below it, and from when to when; both dates count."""

    area = Code(required=True)
    date_from = Day()
    date_to = Day()


FiguresShape = type(
    "FiguresShape",
    (Shape,),
    {
        "__doc__": "The figures of an area, by the definitions of this version.",
        "area": shown.String(required=True),
        "date_from": shown.Date(required=True, allow_none=True),
        "date_to": shown.Date(required=True, allow_none=True),
        "definition_version": shown.String(required=True),
        **{
            name: shown.Integer(required=True, metadata={"description": definition})
            for name, definition in figures.DEFINITIONS.items()
        },
    },
)


class OwnFiguresQuery(Shape):
    """From when to when; both dates count. This year until today without."""

    date_from = Day()
    date_to = Day()


class OwnFiguresShape(Shape):
    """The figures of one team, station or unit, by the names and definitions of an area's figures."""

    kind = shown.String(required=True)
    code = shown.String(required=True)
    name = shown.String(required=True)
    figures = shown.Dict(keys=shown.String(), values=shown.Integer(), required=True)


class OwnFiguresListShape(Shape):
    """The figures of what the reader answers for below a community or beside the areas."""

    items = shown.List(shown.Nested(OwnFiguresShape), required=True)


class NearExpiryQuery(Shape):
    """Of which station; of all in reach without."""

    station = Code()


class NearExpiryShape(Shape):
    """The batches near or past their date."""

    items = shown.List(shown.Nested(OnHandShape), required=True)


class AreaWarningsShape(Shape):
    """The 邻 whose number of households is not 5–15."""

    items = shown.List(shown.String(), required=True)


class AreaQuery(Shape):
    """Of which area and all below it."""

    area = Code(required=True)
