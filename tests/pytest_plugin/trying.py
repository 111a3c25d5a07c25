"""A pytest session inside the test, with the plugin as users have it.

What such a session imports it forgets at its end. Therefore all that the plugin needs is imported
here, once; and hypothesis, which is slow to import, stays out.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import harness.testing.state  # noqa: F401  see above

MALLORY = "E" * 40


@dataclass
class Try:
    """Writes a test file, and runs pytest on it."""

    NOT_LOADED = ("cacheprovider", "randomly", "hypothesispytest", "anyio")

    pytester: pytest.Pytester

    def __call__(self, source: str, *options: str) -> pytest.RunResult:
        self.write(source)
        return self.run(*options)

    def write(self, source: str) -> None:
        self.pytester.makepyfile(test_it=source)

    def run(self, *options: str) -> pytest.RunResult:
        without = (word for name in self.NOT_LOADED for word in ("-p", f"no:{name}"))
        return self.pytester.runpytest_inprocess(*without, "--strict-markers", *options)
