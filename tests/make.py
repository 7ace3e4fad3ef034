"""Makers of test data: every one goes through the business's own verbs, so no impossible state is tested.

Times: `NOW` is Saturday 2026-05-09 08:00 in Shanghai, the day of the test vectors.
"""

from datetime import UTC, datetime

NOW = datetime(2026, 5, 9, 0, 0, tzinfo=UTC)
