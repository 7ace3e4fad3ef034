"""The programs of the API's tests, before servers that fail."""

from tests.api.conftest import ground, program, volunteers_phone  # noqa: F401
