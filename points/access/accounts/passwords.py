"""Passwords of staff: chosen by a one-time link or changed by oneself; either ends the sign-ins of before."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from points.access import attempts
from points.access.tables import Account, SignIn, StaffPerson
from points.foundation import secrets
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, NoSuch, NotAllowed
from points.journal import audit
from points.people.tables import Volunteer

SHORTEST_PASSWORD = 8
LOOKED_AT = 72
"""Characters of a password that are looked at; what is longer is not easier to guess."""
SAFE = 3
"""Of zxcvbn's scores 0 to 4: some ten to the eighth guesses, which the brake on attempts makes years."""
OWN_WORDS = (
    *("points", "points-demo", "demo", "xiangmeizi", "nengliangjia", "zhangjiajie", "yongding", "jifen", "zhiyuan"),
    *("zhiyuanzhe", "shequ", "jiedao", "woaini", "mima", "admin", "password"),
)
"""What is guessed of this service before anything else."""

# --- what is refused


@dataclass(eq=False)
class WeakPassword(Invalid):
    """A password that is short, or among the first to be guessed."""

    code = "weak-password"
    title = N_("Please choose another password")
    detail = N_(
        "A password has at least %(shortest)s characters and is not easily guessed: no name, no phone, "
        "no date, no row of keys, no word alone."
    )
    next_step = N_("Three words that do not belong together are good, for example.")
    shortest: int
    field: str = "password"


@dataclass(eq=False)
class SetupLinkSpent(NotAllowed):
    """The link was used, replaced or has expired."""

    code = "setup-link-spent"
    title = N_("This link is no longer valid")
    detail = N_("The link was used already, or it has expired.")
    next_step = N_("Ask your administrator for a new one.")


# --- what happens


def choose_password(session: Session, *, token: str, password: str, at: datetime, well_known: bool = False) -> Account:
    """Choose a password by a one-time link; whoever was signed in with the one of before is so no more.

    `well_known` is said by the demo alone, whose passwords stand on its pages. Raises SetupLinkSpent or WeakPassword.
    """
    account = session.scalars(
        select(Account).where(Account.setup_hash == secrets.token_hash(token)).with_for_update(key_share=True)
    ).first()
    if account is None or account.setup_expires_at is None or account.setup_expires_at <= at:
        raise SetupLinkSpent()
    _set(session, account, password, at=at, well_known=well_known)
    own = Actor(person=account.login, account_id=account.id)
    audit.write(
        session, action="account.choose_password", target=f"account:{account.login}", by=own, role="self", at=at
    )
    return account


def change_password(
    session: Session, *, old: str, password: str, by: Actor, at: datetime, cookie: str | None = None
) -> int:
    """Change one's own password; how many other sign-ins ended by it. The one with `cookie` stays.

    Raises NoSuch for who has no account, WrongSecret, TooManyAttempts or WeakPassword.
    """
    account = session.scalars(
        select(Account).where(Account.id == by.account_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).first()
    if account is None or account.password_hash is None:
        raise NoSuch(kind=N_("account"), key=by.person)
    attempts.check(
        session,
        bucket=attempts.Bucket(f"password:{account.login}"),
        secret=old,
        secret_hash=account.password_hash,
        at=at,
    )
    ended = _set(session, account, password, at=at, cookie=cookie)
    facts = {"sessions": ended}
    audit.write(
        session,
        action="account.change_password",
        target=f"account:{account.login}",
        by=by,
        role="self",
        at=at,
        facts=facts,
    )
    return ended


# --- what can be asked


def refuse_weak(password: str, *, words: list[str]) -> None:
    """Refuse a short password, and one that is guessed soon by who knows these words. Raises WeakPassword."""
    known = {part for word in words for part in (word, *re.split(r"[\W_]+", word)) if len(part) > 1}
    short = len(password) < SHORTEST_PASSWORD
    if short or password in known or zxcvbn(password[:LOOKED_AT], [*OWN_WORDS, *known])["score"] < SAFE:
        raise WeakPassword(shortest=SHORTEST_PASSWORD)


def _set(
    session: Session,
    account: Account,
    password: str,
    *,
    at: datetime,
    cookie: str | None = None,
    well_known: bool = False,
) -> int:
    if not well_known:
        refuse_weak(password, words=_words(session, account))
    account.password_hash = secrets.hash_secret(password)
    account.setup_hash = account.setup_expires_at = None
    session.flush()
    attempts.forgive(session, login=account.login)
    others = update(SignIn).where(SignIn.account_id == account.id, SignIn.revoked_at.is_(None))
    if cookie is not None:
        others = others.where(SignIn.token_hash != secrets.token_hash(cookie))
    return len(session.execute(others.values(revoked_at=at).returning(SignIn.id)).all())


def _words(session: Session, account: Account) -> list[str]:
    """What everybody knows of who has this account."""
    person = session.get(StaffPerson, account.person_id) if account.person_id else None
    volunteer = session.get(Volunteer, account.volunteer_id) if account.volunteer_id else None
    found = [account.login, account.name]
    if person is not None:
        found += [person.name, person.phone or ""]
    if volunteer is not None:
        found += [volunteer.name, volunteer.code, volunteer.phone or "", volunteer.birth_date.strftime("%Y%m%d")]
    return [word for word in found if word]
