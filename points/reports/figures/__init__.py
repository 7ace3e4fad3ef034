"""The figures a street owes upward, what each of them means (domain §3.12), and the rows that each is made of."""

from points.reports.figures.counting import by_category, by_month, figures
from points.reports.figures.definitions import DEFINITION_VERSION, DEFINITIONS
from points.reports.figures.openable import openable
from points.reports.figures.opening import NoSuchFigure, Page, Row, Which, rows
from points.reports.figures.reaching import ROWS, areas_of, has_areas, seen

__all__ = [
    "DEFINITIONS",
    "DEFINITION_VERSION",
    "ROWS",
    "NoSuchFigure",
    "Page",
    "Row",
    "Which",
    "areas_of",
    "by_category",
    "by_month",
    "figures",
    "has_areas",
    "openable",
    "rows",
    "seen",
]
