"""The adapters, by the names users type. Importing this package imports none of them."""

from __future__ import annotations

import importlib
from typing import Any

from harness.backend import Adapter

_ADAPTERS = {
    "gnupg": "backends.gnupg:GnuPG",
    "gpgv": "backends.gpgv:Gpgv",
    "python-gnupg": "backends.python_gnupg:PythonGnuPG",
    "pgpy": "backends.pgpy:PGPy",
    "sequoia": "backends.sequoia:Sequoia",
}
"""Name → module and class."""


class UnknownBackendError(LookupError):
    """There is no adapter of this name.

    Attributes:
        name: the name asked for.
        known: the names there are.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.known = names()
        super().__init__(f"no backend is called {name!r}; there are: {', '.join(self.known)}")


def names() -> tuple[str, ...]:
    """All adapters, whether their library or tool is installed or not."""
    return tuple(_ADAPTERS)


def load(name: str) -> type[Adapter[Any]]:
    """Import one adapter's module, and no other; not yet the library it adapts.

    Raises:
        UnknownBackendError: there is no adapter of this name.
    """
    try:
        module, _, adapter = _ADAPTERS[name].partition(":")
    except KeyError:
        raise UnknownBackendError(name) from None
    found: type[Adapter[Any]] = getattr(importlib.import_module(module), adapter)
    return found
