from __future__ import annotations

import pytest

from tests.pytest_plugin.trying import Try


@pytest.fixture
def attempt(pytester: pytest.Pytester) -> Try:
    return Try(pytester)
