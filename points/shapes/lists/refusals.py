"""Why a list, or a row of it, cannot be read."""

from dataclasses import dataclass
from datetime import date

from points.foundation.errors import N_, Invalid


@dataclass(eq=False)
class NotASheet(Invalid):
    """The file is neither xlsx nor csv, or it is empty."""

    code = "not-a-sheet"
    title = N_("This file cannot be read")
    detail = N_("%(file)s is not a table, or it is empty.")
    next_step = N_("Save it as .xlsx or .csv, with the names of the columns in the first row.")
    file: str


@dataclass(eq=False)
class SheetTooLarge(Invalid):
    """More cells than any list of ours has: perhaps something stands far away from the rest."""

    code = "sheet-too-large"
    title = N_("This table is too large")
    detail = N_("%(file)s reaches further than a list does.")
    next_step = N_("Copy the list into a new, empty table, or divide it into several.")
    file: str


@dataclass(eq=False)
class SeveralSheets(Invalid):
    """More than one sheet could be the list, and nobody says which."""

    code = "several-sheets"
    title = N_("Which sheet is it?")
    detail = N_("The sheets %(sheets)s all hold such a list.")
    next_step = N_("Leave one of them in the file, or save each as a file of its own.")
    sheets: str


@dataclass(eq=False)
class NoColumnsNamed(Invalid):
    """None of the first rows names columns of the list. What stands in them is not repeated: it may be people."""

    code = "no-columns-named"
    title = N_("The names of the columns are missing")
    detail = N_("The first rows of %(file)s name no columns of this list.")
    next_step = N_("Put a row with the names of the columns first: %(needed)s; %(others)s may be added.")
    file: str
    needed: str
    others: str


@dataclass(eq=False)
class UnknownColumns(Invalid):
    """Columns that would be lost."""

    code = "unknown-columns"
    title = N_("Unknown columns")
    detail = N_("The columns %(columns)s are not known here.")
    next_step = N_("Name them as one of %(known)s, or delete them.")
    columns: str
    known: str


@dataclass(eq=False)
class MissingColumns(Invalid):
    """Columns without which no row can be taken."""

    code = "missing-columns"
    title = N_("Columns are missing")
    detail = N_("The columns %(columns)s are missing.")
    next_step = N_("Add them to the row that names the columns.")
    columns: str


@dataclass(eq=False)
class TwoForOne(Invalid):
    """Two columns mean the same, and one would overwrite the other."""

    code = "two-columns-for-one"
    title = N_("Two columns for one thing")
    detail = N_("The columns %(columns)s mean the same.")
    next_step = N_("Put what is right into one of them and delete the other.")
    columns: str


@dataclass(eq=False)
class TwiceListed(Invalid):
    """Of two rows about one day, one would overwrite the other."""

    code = "day-listed-twice"
    title = N_("A day stands there twice")
    detail = N_("%(cell)s: %(day)s stands in row %(row)d already.")
    next_step = N_("Keep the row that is right and delete the other.")
    cell: str
    day: date
    row: int


@dataclass(eq=False)
class CellsWithoutName(Invalid):
    """Cells under no name of a column; they would be lost."""

    code = "cells-without-name"
    title = N_("Cells outside the columns")
    detail = N_("There is something in %(cells)s, but no name of a column stands above.")
    next_step = N_("Name the column in the row that names the columns, or empty these cells.")
    cells: str


@dataclass(eq=False)
class MergedCells(Invalid):
    """Cells joined over several rows: only the first of these rows has the value."""

    code = "merged-cells"
    title = N_("Cells are joined")
    detail = N_("The cells %(cells)s are joined over several rows.")
    next_step = N_("Separate them and write the value into each row.")
    cells: str


@dataclass(eq=False)
class BadCell(Invalid):
    """A cell that does not say what its column asks for."""

    code = "bad-cell"
    title = N_("Please check this cell")
    detail = N_("%(cell)s: “%(column)s” cannot be “%(text)s”.")
    next_step = N_("Write it as in this example: %(example)s.")
    cell: str
    column: str
    text: str
    example: str


@dataclass(eq=False)
class ErrorCell(Invalid):
    """A cell holds an error of the spreadsheet."""

    code = "error-cell"
    title = N_("There is an error in this cell")
    detail = N_("%(cell)s: “%(column)s” shows the error %(text)s.")
    next_step = N_("Write what belongs there, or empty the cell.")
    cell: str
    column: str
    text: str


@dataclass(eq=False)
class NothingReckoned(Invalid):
    """A formula whose result is not kept in the file."""

    code = "formula-without-value"
    title = N_("This cell is not reckoned")
    detail = N_("%(cell)s: “%(column)s” is a formula, and its result is not in the file.")
    next_step = N_("Open the file in a spreadsheet and save it again, or write the value instead of the formula.")
    cell: str
    column: str


@dataclass(eq=False)
class DigitsLost(Invalid):
    """A number of more than 15 digits, of which the spreadsheet has changed the last ones, or shortened it."""

    code = "digits-lost"
    title = N_("Digits of this number are lost")
    detail = N_("%(cell)s: “%(column)s” has so many digits that the spreadsheet has changed the last ones.")
    next_step = N_("Format the column as text and write the number again.")
    cell: str
    column: str


@dataclass(eq=False)
class ShownOtherwise(Invalid):
    """What the cell shows is not what it holds."""

    code = "shown-otherwise"
    title = N_("This cell shows something else than it holds")
    detail = N_("%(cell)s: “%(column)s” is made up by the format of the cell, which holds only “%(text)s”.")
    next_step = N_("Format the cell as text and write what it should say.")
    cell: str
    column: str
    text: str


@dataclass(eq=False)
class TooLong(Invalid):
    """More in a cell than can be kept."""

    code = "too-long"
    title = N_("Too long")
    detail = N_("%(cell)s: “%(column)s” has %(length)s characters.")
    next_step = N_("Shorten it to %(longest)s.")
    cell: str
    column: str
    length: int
    longest: int
