"""Documentation is a promise: every setting, command and dependency is documented, in both languages."""

import configparser
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from points import __version__, cli, config
from points.demo.street import build
from points.reports import lists

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")


def read(name: str) -> str:
    return (ROOT / name).read_text()


def commands(group: click.Group = cli.main, before: str = "points") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in cli.PLACES if group is cli.main else group.commands:
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


COMMANDS = dict(commands())
SETTINGS = {f"POINTS_{field.name.upper()}" for field in fields(config.Settings)}


@pytest.mark.parametrize("name", ["docs/settings.md", *READMES])
def test_every_setting_is_documented(name: str):
    assert set(re.findall(r"^\| `(POINTS_\w+)`", read(name), re.MULTILINE)) == SETTINGS


@pytest.mark.parametrize("name", READMES)
def test_both_readmes_list_every_command(name: str):
    assert re.findall(r"^\| `(points [\w ]+)`", read(name), re.MULTILINE) == list(COMMANDS)


def test_every_command_and_option_has_its_paragraph():
    paragraphs = dict(
        re.findall(r"^## `(points [a-z ]+[a-z]).*?`\n(.*?)(?=^## |\Z)", read("docs/commands.md"), re.M | re.S)
    )
    assert set(paragraphs) == set(COMMANDS)
    headings = read("docs/commands.md")
    for name, command in COMMANDS.items():
        heading = next(line for line in headings.splitlines() if line.startswith(f"## `{name}"))
        for option in command.params:
            if isinstance(option, click.Option) and "--json" not in option.opts:
                assert option.opts[0] in heading, f"{name} {option.opts[0]} is not in docs/commands.md"


def test_every_list_and_column_that_goes_out_is_documented():
    documented = dict(
        re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", read("docs/data.md").partition("go out")[2], re.MULTILINE)
    )
    assert documented == {
        name: ", ".join(f"{column.title} `{column.name}`" for column in table.columns)
        for name, table in lists.TABLES.items()
    }


@pytest.mark.parametrize("name", READMES)
def test_both_readmes_say_who_can_sign_in_to_the_demo(name: str):
    said = set(
        re.findall(
            r"`([^`]+)`", "".join(line for line in read(name).splitlines() if "2580`" in line or "points-demo`" in line)
        )
    )
    assert said == {word for person in build.sign_ins() for word in (person.login, person.secret)}


def test_every_command_takes_json_and_explains_itself():
    for name, command in COMMANDS.items():
        assert "--json" in {opt for option in command.params for opt in option.opts}, name
        assert command.help, name


def test_both_readmes_have_the_same_parts_and_blocks():
    def shape(name: str) -> list[str]:
        return re.findall(r"^(#+) ", read(name), re.MULTILINE) + re.findall(r"^(make \w+|points \w+)", read(name), re.M)

    assert shape(READMES[0]) == shape(READMES[1])


def test_every_dependency_has_its_reason():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    wanted = parser["options"]["install_requires"] + parser["options.extras_require"]["dev"]
    named = {re.split(r"[^\w-]", line)[0] for line in wanted.strip().splitlines() if line}
    assert set(re.findall(r"^\| ([\w-]+) \| [^-]", read("docs/dependencies.md"), re.MULTILINE)) - {"Package"} == named


def test_the_map_that_is_drawn_is_the_contract():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    contract = parser["importlinter:contract:house"]["layers"].strip().splitlines()
    (drawn,) = re.findall(r"^```\n(cli .*?)```", read("docs/architecture.md"), re.MULTILINE | re.DOTALL)
    assert re.split(r"\s+→\s+", drawn.strip()) == contract


PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
PARTS = ["Context", "Decision", "Measured", "What it costs", "When to think again"]


def test_every_decision_says_what_it_costs_and_when_to_think_again_on_one_page_of_the_list():
    listed = re.findall(r"^\| \[[^]]+\]\((\S+)\)", read("docs/decisions/README.md"), re.MULTILINE)
    decisions = {path.name: path.read_text() for path in ROOT.glob("docs/decisions/*.md") if path.name != "README.md"}
    assert set(listed) == set(decisions)
    for name, text in decisions.items():
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS, name
        assert re.search(r"^\*Decided on \d{4}-\d\d-\d\d", text, re.MULTILINE), name
        assert len(text.splitlines()) <= 60, f"{name} is longer than a page"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_target_that_a_page_names_is_there(page: Path):
    text = "" if page.name == "CHANGELOG.md" else page.read_text()  # which tells of what was
    for name in re.findall(r"`((?:points|tests|docs|templates|deploy)/[\w/.-]*)[`:]", text):
        assert (ROOT / name).exists(), f"there is no {name}"
    for name in re.findall(r"`(points(?:\.[a-z_]+){2,})[`(]", text):
        path = ROOT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists() or path.parent.with_suffix(".py").exists(), name
    targets = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))
    for words in re.findall(r"(?:`|^)make ([a-z]+(?: [a-z]+)*)", text, re.MULTILINE):
        assert set(words.split()) <= targets, f"there is no make {words}"


def test_every_link_leads_somewhere():
    for path in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_newest_dated_section_of_the_changelog_is_this_version():
    headings = re.findall(r"^## (.*)$", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    for heading in headings[1:]:
        assert re.fullmatch(r"\d+\.\d+\.\d+ – \d{4}-\d\d-\d\d", heading), "a version is written as: 0.1.0 – 2026-11-30"
    assert headings[1].partition(" – ")[0] == __version__
