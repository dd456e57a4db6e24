"""The Chromium of this machine, driven by Playwright in the benchmark and in the browser tests."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """Where it is, if it is on the path."""
    return next(filter(None, map(shutil.which, NAMES)), None)
