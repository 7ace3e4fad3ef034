"""The books prove themselves: every kept figure is counted again from what it stands for (design §6)."""

from datetime import datetime

from sqlalchemy.orm import Session

from points.journal import jobs
from points.proof import books, database, due, goods, people, rewards, service
from points.proof.findings import Finding as Finding

# --- what can be asked


def check(session: Session, *, at: datetime | None = None) -> list[Finding]:
    """Everything that is wrong, in a fixed order; an empty list proves the books.

    `at` is the time by which what is due must be done; without it, the time of the last sweep. Reads only, in a few
    statements whatever the size of the books.
    """
    if at is None and (last := jobs.last(session, jobs.SWEEP)):
        at = last.created_at
    findings = [
        *books.balances(session),
        *books.lots(session),
        *books.transfers(session),
        *books.doubled(session),
        *goods.stock(session),
        *goods.transfers(session),
        *goods.redemptions(session),
        *goods.returns(session),
        *service.versions(session),
        *service.minutes(session),
        *rewards.awards(session),
        *rewards.points(session),
        *people.merged(session),
        *people.moved(session),
        *due.states(session),
        *rewards.expiries(session),
        *rewards.openings(session),
        *database.triggers(session),
        *database.sealed(session),
        *database.doubled(session),
    ]
    if at is not None:
        findings += [*due.overdue(session, at=at), *people.strayed(session, at=at)]
    return findings
