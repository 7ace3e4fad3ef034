"""No test leaves this machine: connecting a socket anywhere else fails the test that does it."""

import ipaddress
import socket
from typing import Any

_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


def forbid() -> None:
    """Let every socket of this process refuse addresses that are not this machine's own."""
    socket.socket.connect = _checked(_connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _checked(_connect_ex)  # type: ignore[method-assign]


def is_here(address: Any) -> bool:
    """Whether `address` is a path or on the loopback."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    try:
        return host in ("localhost", "") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(call: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if not is_here(address):
            raise AssertionError(f"a test may not leave this machine: {address}")
        return call(self, address)

    return connect
