"""How long the gate and the divergence book take on a full run.

``python -m benchmarks.gating RUN`` takes the run file of the default backends, and prints the least
time of several, imports left out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import reports
from harness.baseline_file import read_base, read_baseline
from harness.book import read_book
from harness.cli.findings import read_stances
from harness.corpus import load_corpus
from harness.findings import settle
from harness.gate import gate
from harness.run import read_run
from vectors import CORPUS

ROUNDS = 3


def least(step: Callable[[], object]) -> float:
    """Give the least seconds that a step took."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main(path: Path) -> None:
    """Measure, and print a line each."""
    corpus = load_corpus(CORPUS)
    base = reports.BASELINES / "default.json"
    baseline, run, book = read_baseline(base), read_run(path), read_book(reports.FINDINGS)
    stances, versions, _ = read_stances((path,), corpus)
    today = datetime.now(UTC).date()
    steps: dict[str, Callable[[], object]] = {
        "read run": lambda: read_run(path),
        "read baseline": lambda: read_base(base),
        "gate": lambda: gate(baseline, run, corpus, today=today),
        "read book": lambda: read_book(reports.FINDINGS),
        "findings check": lambda: settle(book, corpus, stances, versions),
    }
    for name, step in steps.items():
        print(f"{name:15} {least(step):6.3f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
