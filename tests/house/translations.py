"""Bring the Chinese catalogue up to date: `make translations`.

Every English msgid of the code and the templates is collected; new ones are added empty, gone ones dropped, and the
catalogue is compiled. What is still empty is printed; a house test fails on it.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "points/translations/zh_CN/LC_MESSAGES/messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None}
METHODS = {"points": [("**.py", "python")], "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")]}


def wanted() -> Catalog:
    """Every message of the code and the templates, with where it stands."""
    catalogue = Catalog()
    for folder, methods in METHODS.items():
        options = {pattern: {"silent": "false", "trimmed": "true"} for pattern, _ in methods}
        for name, line, message, comments, context in extract_from_dir(
            ROOT / folder, methods, options if folder == "templates" else None, keywords=KEYWORDS
        ):
            catalogue.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return catalogue


def kept() -> Catalog:
    """The catalogue as it stands in the repository."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_CN", project="湘妹子能量家 Points", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_CN")


def untranslated(catalogue: Catalog) -> list[str]:
    """The msgids of `catalogue` that have no certain translation."""
    empty = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and (message.fuzzy or not all(strings)):
            empty.append(message.id if isinstance(message.id, str) else message.id[0])
    return empty


def main() -> None:
    """Update and compile the catalogue."""
    catalogue = kept()
    catalogue.update(wanted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, sort_output=True, omit_header=False, width=120, no_location=True)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    for msgid in untranslated(catalogue):
        sys.stdout.write(f"not translated: {msgid}\n")


if __name__ == "__main__":
    main()
