"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # machines are busy at times
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Hear interrupts even where this was started in the background, which has them ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
