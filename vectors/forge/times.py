"""The moments the corpus is set in, all UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from harness.vector import EPOCH

__all__ = ["DAY", "EPOCH", "KEYS_CREATED", "SECOND", "SIGNED", "day", "seconds"]

KEYS_CREATED = datetime(2020, 1, 1, tzinfo=UTC)
"""When keys were created and bound, unless a vector says otherwise."""

SIGNED = datetime(2024, 3, 1, tzinfo=UTC)
"""When data was signed, unless a vector says otherwise."""

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def day(year: int, month: int, of_month: int) -> datetime:
    """Give midnight, UTC, at the start of a day."""
    return datetime(year, month, of_month, tzinfo=UTC)


def seconds(moment: datetime) -> int:
    """Give a moment as OpenPGP writes it: whole seconds since 1970."""
    return int(moment.timestamp())
