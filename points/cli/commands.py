"""A group of commands that imports each of them when it is called, and says in one place what failed."""

from collections.abc import Mapping
from importlib import import_module

import click


class Commands(click.Group):
    """Commands by name: where each stands (`module:attribute`) and its line of help, so that none is imported to list.

    They exit 1 with a line on stderr for what is refused or cannot be reached.
    """

    def __init__(self, *args: object, places: Mapping[str, tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # click's own
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.places)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.places:
            return None
        module, attribute = self.places[name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.places[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from points.cli import console  # what every command shares is imported with the first of them

            if not console.told(error):
                raise
        ctx.exit(1)
