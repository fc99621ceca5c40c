"""The server of the review: on this machine alone, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn

from pkpipe.errors import ConfigError
from pkpipe.review.app import app_of
from pkpipe.review.desk import Desk
from pkpipe.review.guard import Door

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """A server that ends without raising the signal again that asked it to.

    opened: is called when requests are answered and a signal ends the server in order.
    """

    def __init__(self, settings: uvicorn.Config, opened: Callable[[], None]) -> None:
        super().__init__(settings)
        self._opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._opened()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {s: signal.signal(s, self.handle_exit) for s in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(desk: Desk, port: int, ready: Callable[[str], None]) -> None:
    """Answer until SIGTERM or Ctrl-C. ready: gets the address once it can be opened.

    Raises:
        ConfigError: the port is taken.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with listening:
        try:
            listening.bind((HOST, port))
        except OSError as problem:
            raise ConfigError(
                f"--port {port}: {problem.strerror}; without --port a free one is taken"
            ) from problem
        listening.listen(64)
        door = Door(f"{HOST}:{listening.getsockname()[1]}")
        settings = uvicorn.Config(
            app_of(desk, door),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=30,
        )
        server = _Server(settings, lambda: ready(door.address()))
        asyncio.run(server.serve(sockets=[listening]))
