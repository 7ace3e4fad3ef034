"""What of sign-ins goes over when two numbers of one person become one.

Part of `points.registry.merging.merge`, which locks both people, decides, and notes it.
"""

from sqlalchemy import update
from sqlalchemy.orm import Session

from points.access.tables import Account, SignIn
from points.people.merging import Merge

# --- what happens


def move(session: Session, merge: Merge) -> dict[str, int]:
    """Give the staff account to the kept number, and end the sign-ins of the other; how many of each."""
    accounts = session.execute(
        update(Account)
        .where(Account.volunteer_id == merge.gone.id)
        .values(volunteer_id=merge.kept.id)
        .returning(Account.id)
    )
    ended = session.execute(
        update(SignIn)
        .where(SignIn.volunteer_id == merge.gone.id, SignIn.account_id.is_(None), SignIn.revoked_at.is_(None))
        .values(revoked_at=merge.at)
        .returning(SignIn.id)
    )
    return {"accounts": len(accounts.all()), "sign_ins_ended": len(ended.all())}
