"""What a command writes and the repository keeps is what it would write today: tables, the API's document, the lock."""

import configparser
import re
from pathlib import Path

import pytest
from flask import Flask
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import diagrams, openapi

ROOT = Path(__file__).parents[2]
LOCKS = {"requirements.txt": ("install_requires",), "requirements-dev.txt": ("install_requires", "dev")}


def test_the_drawn_tables_are_those_of_today():
    kept = {path.name: path.read_text() for path in diagrams.FOLDER.glob("*.md")}
    assert kept == diagrams.pages(), "make tables"


def test_the_kept_document_is_what_the_api_serves(sqlite_app: Flask):
    assert openapi.KEPT.read_text() == openapi.served(sqlite_app), "make openapi, and look at the difference"


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_satisfies_everything_that_setup_cfg_asks_for(name: str):
    locked = versions(name)
    for asked in map(Requirement, wanted(*LOCKS[name])):
        version = locked.get(canonicalize_name(asked.name))
        assert version is not None, f"{name} has no {asked.name}: make lock"
        assert asked.specifier.contains(version), f"{name} has {asked.name} {version}, not {asked.specifier}: make lock"


def test_both_locks_hold_the_same_versions():
    for_running, for_developing = map(versions, LOCKS)
    assert for_running.items() <= for_developing.items(), "make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_the_lock_is_a_version_with_its_hashes_and_names_no_host(name: str):
    text = (ROOT / name).read_text()
    blocks = re.sub(r" *#.*", "", text).replace(" \\\n", "").strip().splitlines()
    for block in filter(None, blocks):
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; [^\\]+?)?(    --hash=sha256:[0-9a-f]{64})+", block), block[:80]
    assert "://" not in text


def test_the_hooks_of_git_call_what_is_installed_and_fetch_nothing():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]
    assert set(re.findall(r"language: (\S+)", hooks)) == {"system"}
    assert all(entry.startswith(".venv/bin/") for entry in re.findall(r"entry: (.*)", hooks))


def versions(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^ ]+)", (ROOT / name).read_text(), re.MULTILINE))


def wanted(*sections: str) -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    asked = {**parser["options"], **parser["options.extras_require"]}
    return [line for section in sections for line in asked[section].strip().splitlines()]
