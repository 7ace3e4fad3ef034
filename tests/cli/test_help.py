"""What `points --help` costs: commands import what they need when they are called."""

import subprocess
import sys

from points import cli

WEIGHTY = ("flask", "sqlalchemy", "marshmallow", "points.core", "points.database", "points.web", "points.api")
ASKED = f"""
import sys
from click.testing import CliRunner
from points import cli
answer = CliRunner().invoke(cli.main, ["--help"], prog_name="points")
print(answer.output)
print([name for name in {WEIGHTY!r} if name in sys.modules], file=sys.stderr)
"""


def test_help_names_every_command_and_imports_none() -> None:
    run = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert run.stderr.strip() == "[]"
    for name, (_, help_line) in cli.PLACES.items():
        assert f"{name} " in run.stdout
        assert help_line in run.stdout
