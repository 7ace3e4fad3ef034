"""`points check`: the books are proved."""

import click
from flask_babel import gettext as _

from points import database, proof
from points.cli import console
from points.foundation import clock


@click.command()
@console.json_option
@click.pass_context
def check(ctx: click.Context) -> None:
    """Prove the books: balances, lots, stock, awards. Exits 1 with what is wrong."""
    with console.installation():
        findings = proof.check(database.db.session(), at=clock.now())
        console.answer(
            {"ok": not findings, "findings": [finding.__dict__ for finding in findings]},
            *(str(finding) for finding in findings),
            *([] if findings else [_("The books are right.")]),
        )
        if findings:
            console.tell(_("%(count)s things are wrong in the books.", count=len(findings)))
            ctx.exit(1)
