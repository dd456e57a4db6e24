"""The ``streamlit`` command, with notes of when each web socket message arrived and left.

``benchmarks/browser.py`` runs its servers by it: the first argument is the file for the notes, the others are
Streamlit's. It imports nothing of the project, and so adds nothing to what a server loads.
"""

import sys
import time
from pathlib import Path

from starlette.websockets import WebSocket
from streamlit.web import cli


def serve(log: str, arguments: list[str]) -> None:
    """Be the ``streamlit`` command, and note when each web socket message arrived and left."""
    receive, send = WebSocket.receive_bytes, WebSocket.send_bytes
    connections: dict[int, int] = {}
    notes = Path(log).open("w", buffering=1, encoding="ascii")  # noqa: SIM115 - open as long as the server runs

    def note(connection: WebSocket, way: str) -> None:
        number = connections.setdefault(id(connection), len(connections))
        notes.write(f"{number} {way} {time.perf_counter():.6f}\n")

    async def timed_receive(self: WebSocket) -> bytes:
        data = await receive(self)
        note(self, "in")
        return data

    async def timed_send(self: WebSocket, data: bytes) -> None:
        await send(self, data)
        note(self, "out")

    WebSocket.receive_bytes, WebSocket.send_bytes = timed_receive, timed_send  # type: ignore[method-assign]
    sys.argv = ["streamlit", *arguments]
    cli.main()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])
