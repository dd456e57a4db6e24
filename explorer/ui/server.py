"""What is asked of Streamlit's web server for which Streamlit has no setting."""

from uvicorn.protocols.http import h11_impl

LONGEST_REQUEST = 1 << 20  # bytes; of a link above half of it Streamlit makes the bare address


def accept_long_links() -> None:
    """Let a link of hundreds of kilobytes reach the app, which says in a sentence what is wrong with it.

    Without this uvicorn answers a request of more than 64 KiB itself, with a line of plain text in place of the page.
    It reads its limit as a connection is made: this holds for those made after a server's first visit has begun.
    """
    h11_impl.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE = LONGEST_REQUEST  # type: ignore[attr-defined]
