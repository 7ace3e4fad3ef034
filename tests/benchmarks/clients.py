"""Clients on kept-alive connections, each of which asks again as soon as it is answered (a closed loop).

One thread and one selector serve all of them, because the clients share the machine with what they measure: an answer
costs some 30 µs here.
"""

import json
import selectors
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ANSWERS_WITHIN = 120


@dataclass
class Burst:
    """What was measured: the seconds from first to last, and each answer's own, in the order they came."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """The seconds within which this share of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class Unexpected(Exception):
    """An answer with another status than the one that was to be measured."""


@dataclass(frozen=True)
class Request:
    """One HTTP request: what is sent as JSON, if anything, and with which headers."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """As it goes over the wire."""
        sent = json.dumps(self.body).encode() if self.body is not None else b""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: points.test", f"Content-Length: {len(sent)}"]
        if self.body is not None:
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + sent


def burst(port: int, requests: Iterable[Request], *, clients: int, status: int = 200) -> Burst:
    """Send all `requests` from so many clients. Raises Unexpected for any answer of another status."""
    waiting = iter([request.encoded() for request in requests])
    done = Burst()
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            one = _Client(port)
            if one.ask(waiting):
                selector.register(one.socket, selectors.EVENT_READ, one)
            else:
                one.socket.close()
        began = time.perf_counter()
        while selector.get_map():
            ready = selector.select(ANSWERS_WITHIN)
            if not ready:
                raise Unexpected(f"no answer within {ANSWERS_WITHIN} s")
            for key, _ in ready:
                client: _Client = key.data
                answered = client.read()
                if answered is None:
                    continue
                if answered != status:
                    raise Unexpected(client.received.decode(errors="replace")[:2000])
                done.latencies.append(time.perf_counter() - client.asked_at)
                if not client.ask(waiting):
                    selector.unregister(client.socket)
                    client.socket.close()
        done.seconds = time.perf_counter() - began
    return done


class _Client:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.asked_at = 0.0

    def ask(self, waiting: Iterator[bytes]) -> bool:
        """Send the next request, if there is one."""
        following = next(waiting, None)
        if following is None:
            return False
        self.received = b""
        self.asked_at = time.perf_counter()
        self.socket.sendall(following)
        return True

    def read(self) -> int | None:
        """The status, once the whole answer has come."""
        part = self.socket.recv(1 << 16)
        if not part:
            raise Unexpected("the connection was closed")
        self.received += part
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return None
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), None)
        if length is None:
            raise Unexpected(f"no length: {head!r}")
        return int(head[9:12]) if len(body) >= length else None
