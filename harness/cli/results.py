"""What ``run`` and ``merge`` do with a complete run: report it, show it, say the exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from harness.cli.exits import Exit, Stop
from harness.compare import Divergence
from harness.files import write_atomically
from harness.judge import Judgement
from harness.openpgp import harmless
from harness.run import Run
from harness.vector import Corpus

if TYPE_CHECKING:
    from reports.model import Report

Function = TypeVar("Function", bound=Callable[..., Any])

OUT = Path("pgp-accord-out")
"""Where a run goes that is told no other place."""
RUN_FILE = "run.jsonl"
LAST_RUN = OUT / RUN_FILE
"""What is read where no run is named."""
_REPORT_FILES = ("report.md", "report.json")

_DIVERGENCE = "divergence"
_FAIL_ON = (
    *(judgement.replace("_", "-") for judgement in Judgement if judgement != "conforms"),
    _DIVERGENCE,
)


def run_file(path: Path) -> Path:
    """The run file that a user names: itself, or the folder that it is in."""
    return path / RUN_FILE if path.is_dir() else path


def out_option(function: Function) -> Function:
    """``--out``, a folder."""
    return click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        default=OUT,
        show_default=True,
        help="Folder for run.jsonl, report.md and report.json; made if need be, files replaced.",
    )(function)


def fail_on_option(function: Function) -> Function:
    """``--fail-on``, repeatable."""
    return click.option(
        "--fail-on",
        "fail_on",
        multiple=True,
        type=click.Choice(_FAIL_ON),
        help="Exit with 1 if any backend is judged so, or if backends diverge. Repeatable. "
        "Default: nothing; a run that completes has done its job.",
    )(function)


def report_on(corpus: Corpus, run: Run) -> Report:
    """Judge a run and compare its backends.

    Raises:
        Stop: no backend took part, or the run is about other vectors.
    """
    from reports import model

    try:
        return model.report_of(corpus, run)
    except model.NothingObservedError as error:
        raise Stop(f"{error}\n{_how_to_install(run)}", Exit.UNAVAILABLE) from error
    except model.CorpusMismatchError as error:
        raise Stop(
            f"{harmless(str(error))}; name the corpus that it was run on with --vectors"
        ) from error


def deliver(report: Report, out: Path, fail_on: Sequence[str]) -> Exit:
    """Write a report's files beside the run file, show the summary, and say whether it is to fail.

    Raises:
        OSError: a file cannot be written.
    """
    from reports import json_report, markdown, terminal

    as_text, as_data = _REPORT_FILES
    write_atomically(out / as_text, markdown.render(report).encode())
    write_atomically(out / as_data, json_report.render(report))
    files = [str(out / name) for name in (*_REPORT_FILES, RUN_FILE)]
    Console().print(terminal.renderable(report, files))
    return Exit.FOUND if _found(report, fail_on) else Exit.DONE


def drop_reports(out: Path) -> None:
    """Remove the reports of a run that is no longer there.

    Raises:
        OSError: one cannot be removed.
    """
    for name in _REPORT_FILES:
        (out / name).unlink(missing_ok=True)


def _how_to_install(run: Run) -> str:
    """What each backend that did not take part lacks."""
    return "\n".join(
        f"  {record.name}: {harmless(record.reason.splitlines()[0])}"
        + (f"; to install: {record.install}" if record.install else "")
        for record in run.backends
    )


def _found(report: Report, fail_on: Sequence[str]) -> bool:
    """Whether the run holds anything that it is to fail on."""
    for name in fail_on:
        if name == _DIVERGENCE:
            if any(row.comparison.divergence is not Divergence.NONE for row in report.rows):
                return True
        elif report.judged(Judgement(name.replace("-", "_"))):
            return True
    return False
