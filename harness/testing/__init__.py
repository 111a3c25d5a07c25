"""What the pytest plugin hands to tests: vectors to put to a verifier, and backends to ask.

The plugin itself is `harness.pytest_plugin`, which every pytest run of an environment loads; all
that is heavy is here, and is imported when a test first asks for it. ``docs/pytest.md`` is the
page for users. Judging is left to `harness.judge`. The types are for annotations::

    from harness.testing import OpenPGPVector

    def test_my_verifier(openpgp_vector: OpenPGPVector) -> None: ...
"""

from harness.testing.backend import OpenPGPBackend
from harness.testing.vector import Files, OpenPGPVector

__all__ = ["Files", "OpenPGPBackend", "OpenPGPVector"]
