"""The area tree: city – district – street – community – 片 – 组 – 邻, typed nodes because names of levels differ."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, choice

# --- what there is

TYPES = ("city", "district", "street", "community", "grid", "microgrid", "neighbour_group")


class Area(Row, Base):
    """A node of the tree. `path` is `/` and the ids from the root down to this node, each followed by `/`.

    "This node and below" is `path LIKE 'path%'`, which is what every scope means.
    """

    __tablename__ = "area"
    __table_args__ = (Index(None, "path"), Index(None, "parent_id"))

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    type: Mapped[str] = mapped_column(choice("type", *TYPES))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(200))
    lead_code: Mapped[str | None] = mapped_column(String(20))
    households: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)


class Compound(Row, Base):
    """A 小区: a spatial unit beside the tree."""

    __tablename__ = "compound"

    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(String(60))
    has_party_branch: Mapped[bool] = mapped_column(default=False)
    has_owners_committee: Mapped[bool] = mapped_column(default=False)
    property_company: Mapped[str] = mapped_column(String(60), default="")
