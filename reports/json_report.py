"""``report.json``: a whole report as data, and its JSON Schema.

The document is a `reports.model.Report`; that module documents every field. Fields that are
empty or have their default are left out. The same report gives the same bytes.
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.outcomes import to_json
from reports.model import REPORT_SCHEMA, Report


class ReportFormatError(ValueError):
    """A document that is no report of this version."""


class _Peek(msgspec.Struct):
    schema: int


def render(report: Report) -> bytes:
    """Write a report, indented for people and diffs, with a line end at its end."""
    return msgspec.json.format(to_json(report), indent=1) + b"\n"


def parse(document: bytes) -> Report:
    """Read a report.

    Raises:
        ReportFormatError: it is none, or of another version of the format.
    """
    try:
        version = msgspec.json.decode(document, type=_Peek).schema
        if version != REPORT_SCHEMA:
            raise ReportFormatError(
                f"version {version} of the report format; this is version {REPORT_SCHEMA}"
            )
        return msgspec.json.decode(document, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReportFormatError(f"no report: {error}") from error


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the document."""
    return msgspec.json.schema(Report)
