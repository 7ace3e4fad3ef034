"""What is installed is what was written: packages, templates and static files, from a wheel that runs elsewhere."""

import configparser
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def packages_on_disk() -> set[str]:
    return {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "points").rglob("__init__.py")} | {
        "points.templates"
    }


def test_setup_cfg_names_every_package():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    assert set(parser["options"]["packages"].split()) == packages_on_disk()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what is in the repository, without fetching anything."""
    source = tmp_path_factory.mktemp("source")
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    dist = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(source)],
        check=True,
        capture_output=True,
        cwd=dist,
    )
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh venv elsewhere that has the wheel and, by a path file, our dependencies."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=False, symlinks=True)
    (site,) = home.glob("lib/python*/site-packages")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin"


def run(installed: Path, *command: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("POINTS_", "PYTHON"))}
    return subprocess.run(
        [str(installed / "python"), *command],
        cwd=data_dir,
        env=environment | {"POINTS_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_templates_static_files_and_translations(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    on_disk = {
        f"points/templates/{path.relative_to(ROOT / 'templates').as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in (".html", ".txt")
    } | {
        path.relative_to(ROOT).as_posix()
        for pattern in (
            "points/web/static/**/*",
            "points/web/paper/fonts/**/*",
            "points/translations/**/*.mo",
            "points/migrations/**/*.py",
            "points/migrations/*.mako",
        )
        for path in ROOT.glob(pattern)
        if path.is_file()
    }
    assert on_disk <= names


def test_the_wheel_runs_elsewhere(installed: Path, tmp_path: Path):
    first = run(installed, "-m", "points", "init", "--json", data_dir=tmp_path)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["setup_link"]
    code = "from points.app import create_app; print(create_app().test_client().get('/healthz').status_code)"
    health = run(installed, "-c", code, data_dir=tmp_path)
    assert health.stdout.split()[-1:] == ["200"], health.stdout + health.stderr


def test_the_wheel_has_its_own_pages(installed: Path, tmp_path: Path):
    code = "from points import config; print(config.templates_dir())"
    answer = run(installed, "-c", code, data_dir=tmp_path)
    assert str(installed.parent) in answer.stdout, answer.stderr
