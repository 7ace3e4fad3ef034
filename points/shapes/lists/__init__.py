"""Lists that an office kept elsewhere, as they come in: from a file to rows, with an account of every cell.

`workbooks` opens a file · `sheets` finds the sheet, the names of its columns and its rows, and says what was left out
and why · `refusals`, what cannot be read · `columns` of each list · `known`, the lists and what takes each in
"""
