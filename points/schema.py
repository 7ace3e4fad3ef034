"""Every table of the service. A room that nobody imports has no tables, so those of all rooms are imported here."""

from points.access import tables as access  # noqa: F401
from points.exchange import tables as exchange  # noqa: F401
from points.exchange.redemption import tables as redemption  # noqa: F401
from points.exchange.stock import tables as stock  # noqa: F401
from points.foundation.orm import Base
from points.help import tables as help  # noqa: F401
from points.journal import tables as journal  # noqa: F401
from points.ledger import tables as ledger  # noqa: F401
from points.people import tables as people  # noqa: F401
from points.places import tables as places  # noqa: F401
from points.rewards import tables as rewards  # noqa: F401
from points.service import tables as service  # noqa: F401

metadata = Base.metadata
