"""Devices: the phones and counter PCs that scan for a station or a team; enrolled once, revocable."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row

# --- what there is


class Device(Row, Base):
    """A scanning device, known by the random `code` it keeps."""

    __tablename__ = "device"

    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    revoked_at: Mapped[datetime | None]
