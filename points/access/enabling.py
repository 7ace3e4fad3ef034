"""A disabled staff account may sign in again."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from points.access import accounts
from points.access.accounts.scopes import require_over
from points.access.tables import Account, SignIn
from points.foundation.actors import Actor
from points.journal import audit

# --- what happens


def enable(session: Session, *, login: str, reason: str, by: Actor, at: datetime) -> Account:
    """Let a disabled account sign in again, with its password and its roles; the sessions it had stay ended.

    An account in use stays as it is. Raises NotPermitted or NoSuch.
    """
    account = accounts.by_login(session, login)
    role = require_over(session, account, by=by)
    if account.status == "active":
        return account
    session.execute(
        update(SignIn).where(SignIn.account_id == account.id, SignIn.revoked_at.is_(None)).values(revoked_at=at)
    )
    account.status = "active"
    session.flush()
    audit.write(
        session, by=by, role=role, action="account.enable", target=f"account:{account.login}", at=at, reason=reason
    )
    return account
