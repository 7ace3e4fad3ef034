"""Our scripts: modules that find each other, in the language of 2019, by rules that the service hands over."""

import re
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from points.service import checkin
from points.service.checkin import rules
from points.web import assets, handed
from points.web.assets import SCRIPTS

HERE = Path(__file__).parents[2]
TEMPLATES = {path: path.read_text() for path in (HERE / "templates").rglob("*.html")}
MODULES = {path.relative_to(SCRIPTS).as_posix(): path.read_text() for path in sorted(SCRIPTS.rglob("*.js"))}
STARTED = {
    name for text in TEMPLATES.values() for name in re.findall(r'script\("(.+?)"\)|/static/js/([\w-]+\.js)', text)
}
ENTRIES = {one or other for one, other in STARTED}

STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
LATER = {
    r"\?\.(?!\d)": "optional chaining (2020)",
    r"\?\?": "?? (2020)",
    r"\bimport\s*\(": "import() (2020)",
    r"\bimport\.meta\b": "import.meta (2020)",
    r"\bexport \*": "export * as (2020)",
    r"\b\d+n\b|\bBigInt\b": "BigInt (2020)",
    r"\bglobalThis\b": "globalThis (2020)",
    r"\.(matchAll|allSettled)\(": "a method of 2020",
    r"(\|\||&&)=": "logical assignment (2021)",
    r"\b\d+_\d+\b": "numeric separators (2021)",
    r"\.replaceAll\(|\bPromise\.any\(|\bWeakRef\b": "a method of 2021",
    r"\.(at|findLast|hasOwn)\(|[{;]\s*#\w|\bthis\.#": "the language of 2022",
    r"\.replaceChildren\b": "replaceChildren: Chromium 86, Safari 14",
    r"\bstructuredClone\b": "structuredClone: Chromium 98, Safari 15.4",
    r"\brandomUUID\b": "randomUUID: Chromium 92, Safari 15.4, and https only",
    r"\.checkVisibility\(": "checkVisibility: Chromium 105, Safari 17.4",
    r"\bAbortSignal\.(timeout|any)\b": "AbortSignal.timeout: Chromium 103, Safari 16",
    r"\.(showModal|requestIdleCallback|scheduler)\b": "not in every browser of 2019",
    r"\.(toSorted|toReversed|toSpliced|findLastIndex|isWellFormed)\(": "a method of 2023",
    r"\b(Object|Map)\.groupBy\(|\bArray\.fromAsync\(|\bPromise\.(withResolvers|try)\(": "a method of 2024",
    r"\bresponse\.json\(\)\.catch\b.*\?\.|\bResponse\.json\(": "Response.json: Chromium 105, Safari 17",
    r"\bURL\.(canParse|parse)\(": "URL.canParse: Chromium 120, Safari 17",
    r"\b(file|blob|photo)\.(text|arrayBuffer|stream)\(": "Blob.text: Chromium 76, Safari 14",
    r"\.submitter\b": "event.submitter: Chromium 81, Safari 15.4",
    r"\bResizeObserver\b": "not in Safari of 2019",
    r"(?<!Channel \? new )\bBroadcastChannel\(": "not in Safari of 2019: ask for it first",
    r"^(?!.*return navigator).*\bnavigator\.locks\.": "not in Safari of 2019: ask for it first",
    r"\.(showPicker|showPopover|togglePopover|startViewTransition|setHTML|getHTML)\(": "a method of 2022 and later",
    r"\b(CompressionStream|DecompressionStream|EyeDropper|userAgentData)\b": "an interface of 2020 and later",
    r"\bIntl\.(ListFormat|DisplayNames|Segmenter|DurationFormat)\b": "not in every browser of 2019",
    r"\bmatchMedia\([^)]*\)\.addEventListener\b": "Safari 14; addListener was there before",
    r"\bonscrollend\b|\.inert\b": "not in every browser of 2019",
    r"/[^/\n]+/[a-z]*[dv][a-z]*\.(test|exec)\(": "flags of regular expressions of 2021 and later",
    r"\(\?<[=!]": "looking behind: Safari 16.4",
}
LATER_WRITTEN = (
    "a?.b", "a ?? b", "x = 10n", "globalThis.x", "a.matchAll(b)", "a ||= b", "1_000", "a.replaceAll(b, c)", "a.at(-1)",
    "a.findLast(b)", "Object.hasOwn(a, b)", "class A {#b}", "list.replaceChildren()", "structuredClone(a)",
    "crypto.randomUUID()", "a.checkVisibility()", "AbortSignal.timeout(5)", "dialog.showModal()", "a.toSorted()",
    "Object.groupBy(a, b)", "Promise.withResolvers()", "Response.json(a)", "URL.canParse(a)", "file.text()",
    "event.submitter", "new ResizeObserver(a)", "new BroadcastChannel(a)", "navigator.locks.request(a)",
    "input.showPicker()", "new CompressionStream(a)", "new Intl.ListFormat(a)", "matchMedia(a).addEventListener(b)",
    "a.inert = true", "/a/v.test(b)", "/(?<=a)b/", "import.meta.url", "a = await import(b)", "export * as a",
)  # fmt: skip
"""What is written so is found by one of the above."""


def imported(name: str) -> list[str]:
    """The modules that a module imports."""
    return [normpath(join(dirname(name), path)) for path in re.findall(r'^import .*from "(.*)";$', MODULES[name], re.M)]


def test_every_import_is_one_line_that_leads_to_a_module_beside_it() -> None:
    """The worker that keeps the roster follows these lines."""
    for name, text in MODULES.items():
        assert len(re.findall(r"\bfrom \"|^import\b", text, re.M)) == 2 * len(imported(name)), name
        assert not [other for other in imported(name) if other not in MODULES], name


def test_every_module_is_run_by_a_page_or_imported_by_one_that_is() -> None:
    reached = list(ENTRIES)
    for name in reached:
        reached += [other for other in imported(name) if other not in reached]
    assert set(reached) == set(MODULES)


def test_a_page_names_only_modules_that_do_something_by_themselves() -> None:
    """What stands in a folder is one concern, for others to import; what stands beside them begins a page."""
    assert {name for name in MODULES if "/" not in name} == ENTRIES
    assert not [name for name in ENTRIES if re.search(r"^export\b", MODULES[name], re.M)]


@pytest.mark.parametrize("code", LATER_WRITTEN)
def test_what_came_after_2019_is_found(code: str) -> None:
    assert any(re.search(later, code, re.M) for later in LATER)


@pytest.mark.parametrize("name", [*MODULES, "../worker.js"])
def test_scripts_speak_the_language_of_2019_and_its_browsers(name: str) -> None:
    code = STRING.sub('""', assets._sent(SCRIPTS / name).decode())
    assert not [f"{why}: {found[0]}" for later, why in LATER.items() if (found := re.search(later, code, re.M))]
    written = (SCRIPTS / name).read_text()
    assert not re.findall(r"^(?!.*\basync\b)\S.*\bawait\b.*", written, re.M), "await outside a function (2022)"


@pytest.mark.parametrize("name", MODULES)
def test_what_is_sent_is_what_is_written_less_comments_and_indents(name: str) -> None:
    sent, written = assets._sent(SCRIPTS / name).decode().split("\n"), MODULES[name].split("\n")
    assert len(sent) == len(written)
    for there, here in zip(sent, written, strict=True):
        assert here.strip().startswith(there), here
        left = here.strip().removeprefix(there).strip()
        assert not left or there == "" or left.startswith("// "), here


def test_what_mends_a_refusal_is_known_to_the_roster() -> None:
    roster = (HERE / "templates/staff/activity_roster.html").read_text()
    inbox = MODULES["roster/inbox.js"]
    codes = {
        refusal.code for refusal in vars(checkin).values() if isinstance(refusal, type) and hasattr(refusal, "code")
    }
    assert set(handed.MENDS) <= codes
    for way in {way for ways in handed.MENDS.values() for way in ways} | {"again", "leave"}:
        assert f'"{way}": _(' in roster, way
        assert re.search(rf'\b{way}: {{|"{way}"', inbox), way


def test_what_staff_may_force_is_offered_where_it_was_refused() -> None:
    forces = {"walk_in", "anyway"}
    assert {code for code, ways in handed.MENDS.items() if forces & set(ways)} == rules.FORCEABLE


def test_no_rule_of_the_service_stands_in_a_script() -> None:
    """The codes of its refusals, its alphabet, and the patterns of its numbers come with the page."""
    given = [*handed.MENDS, "form-expired", "not-permitted", "0123456789ABC", "A-Z]{1,6}", "!-~]"]
    assert not [
        (name, rule) for name, text in MODULES.items() for rule in given if f'"{rule}' in text or f"[{rule}" in text
    ]
