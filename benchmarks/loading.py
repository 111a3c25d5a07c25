"""How long the whole corpus takes to load and to build, and how much memory loading needs.

``python -m benchmarks.loading`` measures each in a fresh interpreter, several times, and prints the
least time (the machine may be busy) and the most memory, with the aims for loading beside them.
"""

from __future__ import annotations

import subprocess
import sys

LOAD = "from vectors import CORPUS; from harness.corpus import load_corpus; load_corpus(CORPUS)"
BUILD = "from vectors import build; build.build()"
REPORT = """
import resource, time
start = time.perf_counter()
{}
seconds = time.perf_counter() - start
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def measure(program: str, rounds: int) -> tuple[float, float]:
    """Give the least seconds and the most megabytes that a program took."""
    runs = []
    for _ in range(rounds):
        command = [sys.executable, "-c", REPORT.format(program)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds, megabytes = map(float, done.stdout.split())
        runs.append((seconds, megabytes))
    return min(s for s, _ in runs), max(m for _, m in runs)


def main() -> None:
    """Measure, and print a line each."""
    for name, program, rounds, aim in (
        ("load", LOAD, 7, "aims: 0.500 s, 150 MB"),
        ("build", BUILD, 2, ""),
    ):
        seconds, megabytes = measure(program, rounds)
        print(f"{name:6} {seconds:7.3f} s {megabytes:7.1f} MB  {aim}".rstrip())


if __name__ == "__main__":
    main()
