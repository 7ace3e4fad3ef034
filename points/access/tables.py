"""Who may come in: every table of accounts, roles, sign-ins, tokens and devices."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.access.roles import ROLES
from points.access.statuses import HandKind
from points.foundation import secrets
from points.foundation.orm import Base, Row, append_only, check, choice, table_of

# --- what there is


class StaffPerson(Row, Base):
    """The person behind accounts who has no volunteer number: a name and a phone, unique where it is known.

    `key` is the login of the person's first account; by it the person signs, whichever account is used.
    """

    __tablename__ = "staff_person"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)


class Account(Row, Base):
    """A staff sign-in: login and password. Volunteers sign in with phone or card and PIN and need none.

    It belongs to one person: a volunteer, or a name with phone; a token's to its owner, by `ApiToken.owner_id`.
    `setup_hash` is the SHA-256 of a one-time link by which the person chooses a password.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index(None, "volunteer_id"),
        Index(None, "person_id"),
        check("of_one_person", "person_id IS NULL OR volunteer_id IS NULL"),
    )

    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    setup_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    setup_expires_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(choice("status", "active", "disabled"), default="active")
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("staff_person.id"), sort_order=100)


class RoleGrant(Row, Base):
    """A role in a scope: an area and all below it, a team, a station or a unit. Exactly one of the four is set."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(None, "account_id"),
        check(
            "one_scope",
            "CASE WHEN area_id IS NULL THEN 0 ELSE 1 END + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN station_id IS NULL THEN 0 ELSE 1 END + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END = 1",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(choice("role", *ROLES))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class SignIn(Row, Base):
    """One signed-in browser, of a staff account or of a volunteer. `token_hash` is the SHA-256 of the cookie."""

    __tablename__ = "sign_in"
    __table_args__ = (
        Index(None, "account_id"),
        Index(None, "volunteer_id"),
        check("someone", "account_id IS NOT NULL OR volunteer_id IS NOT NULL"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    agent: Mapped[str] = mapped_column(String(120), default="")
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """What its owner's pages call it: told from the others, and neither its number nor a way to its cookie."""
        return secrets.token_hash(self.token_hash)[:16]


class SignInRequest(Row, Base):
    """A phone at a station that asks to be signed in.

    `number` is what its screen shows, and no two open ones of a station are alike. `token_hash` is the SHA-256 of the
    secret that only this phone keeps, so that a number seen or guessed signs nobody else in.
    """

    __tablename__ = "sign_in_request"
    __table_args__ = (
        Index(
            "uq_sign_in_request_open",
            "station_id",
            "number",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "created_at"),
        check(
            "approved_for_someone",
            "status NOT IN ('approved', 'collected') "
            "OR (volunteer_id IS NOT NULL AND approved_by IS NOT NULL AND identity_check IS NOT NULL)",
        ),
        check("approved_once", "status <> 'open' OR (volunteer_id IS NULL AND approved_by IS NULL)"),
        check(
            "two_know",
            "identity_check IS NULL OR identity_check <> 'known_by_two' "
            "OR (identity_second IS NOT NULL AND identity_second <> approved_by)",
        ),
    )

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    number: Mapped[str] = mapped_column(String(4))
    agent: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[str] = mapped_column(choice("status", "open", "approved", "collected", "ended"), default="open")
    expires_at: Mapped[datetime]
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    approved_by: Mapped[str | None] = mapped_column(String(40))
    approved_at: Mapped[datetime | None]
    identity_check: Mapped[str | None] = mapped_column(
        choice("identity_check", "pin", "phone4", "card_pin", "known_by_two")
    )
    identity_second: Mapped[str | None] = mapped_column(String(40))


class FailedAttempt(Row, Base):
    """A wrong password or PIN; `subject` is `account:<login>`, `pin:<volunteer code>` or `phone4:<volunteer code>`."""

    __tablename__ = "failed_attempt"
    __table_args__ = (Index(None, "subject", "created_at"),)

    subject: Mapped[str] = mapped_column(String(80))


class ApiToken(Row, Base):
    """A token acts as its own account, whose grants say what it may do. `token_hash` is SHA-256 of the secret.

    `owner_id` is the account whose person answers for it; null for those made on the installation's command line,
    which all count as one person.
    """

    __tablename__ = "api_token"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), sort_order=100)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Device(Row, Base):
    """A scanning device, known by the random `code` it keeps."""

    __tablename__ = "device"

    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    revoked_at: Mapped[datetime | None]


class AccountHand(Row, Base):
    """Who had a hand in an account: `created_by` made it, made a link for it, granted it a role, let it in again."""

    __tablename__ = "account_hand"
    __table_args__ = (Index(None, "created_at"), Index(None, "account_id"))

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(choice("kind", *HandKind))
    role: Mapped[str] = mapped_column(String(40), default="")


append_only(table_of(AccountHand))


class Signature(Row, Base):
    """A second signature: `created_by` signed what `first_by` had done or proposed; `first_by` is a person's name."""

    __tablename__ = "signature"
    __table_args__ = (Index(None, "created_at"),)

    first_by: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(120))
    area_path: Mapped[str | None] = mapped_column(String(200))


append_only(table_of(Signature))


class LookedThrough(Row, Base):
    """`created_by` looked through what stands on a list of what to watch, up to `created_at`."""

    __tablename__ = "looked_through"
    __table_args__ = (Index(None, "created_by", "what", "created_at"),)

    what: Mapped[str] = mapped_column(String(40))
