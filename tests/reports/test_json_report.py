import json

import jsonschema
import pytest

from reports import json_report
from reports.model import REPORT_SCHEMA, report_of
from tests.reports.example import example_corpus, example_run


def example() -> bytes:
    return json_report.render(report_of(example_corpus(), example_run()))


def test_nothing_is_lost() -> None:
    assert json_report.parse(example()) == report_of(example_corpus(), example_run())


def test_the_same_report_gives_the_same_bytes() -> None:
    assert json_report.render(json_report.parse(example())) == example()


def test_it_keeps_its_own_schema() -> None:
    jsonschema.validate(json.loads(example()), json_report.schema())


def test_it_says_which_version_it_is() -> None:
    document = json.loads(example())
    assert document["schema"] == REPORT_SCHEMA
    assert document["summary"]["agreement"]["agreed"] == 24


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b'{"schema": 1}', b'{"schema": 2}', b"\xff", b"[" * 100_000],
)
def test_what_is_no_report_is_refused(document: bytes) -> None:
    with pytest.raises(json_report.ReportFormatError):
        json_report.parse(document)
