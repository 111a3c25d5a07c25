"""What holds for all tests."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Hear interrupts even where this was started in the background, which has them ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
