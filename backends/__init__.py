"""The adapters, by the names users type. Importing this package imports none of them."""

from __future__ import annotations

import importlib
from typing import Any

from backends import _entry_points
from backends._entry_points import BrokenAdapterError, Plugged
from harness.backend import Adapter

__all__ = [
    "SOP",
    "UNDER",
    "BrokenAdapterError",
    "NameClashError",
    "UnknownBackendError",
    "load",
    "names",
    "on_request",
    "origin",
]

_ADAPTERS = {
    "gnupg": "backends.gnupg:GnuPG",
    "python-gnupg": "backends.python_gnupg:PythonGnuPG",
    "gpgv": "backends.gpgv:Gpgv",
    "gpgv1": "backends.gpgv1:Gpgv1",
    "gpgme": "backends.gpgme:Gpgme",
    "pgpy": "backends.pgpy:PGPy",
    "sequoia": "backends.sequoia:Sequoia",
    "rnp": "backends.rnp:RNP",
    "rpgp": "backends.rpgp:RPGP",
    "openpgpjs": "backends.openpgpjs:OpenPGPJS",
    "johnnycanencrypt": "backends.johnnycanencrypt:JohnnyCanEncrypt",
    "go-crypto": "backends.go_crypto:GoCrypto",
    "x-crypto": "backends.go_crypto:XCrypto",
    "sequoia-native": "backends.sequoia_native:SequoiaNative",
    "containers-image-gpgme": "backends.containers_image:OfGPGME",
    "containers-image-openpgp": "backends.containers_image:OfOpenPGP",
    "containers-image-sequoia": "backends.containers_image:OfSequoia",
    "sqv": "backends.sqv:Sqv",
    "sqop": "backends.sop_tools:Sqop",
    "sqopv": "backends.sop_tools:Sqopv",
    "gosop": "backends.sop_tools:Gosop",
    "rsop": "backends.sop_tools:Rsop",
    "rsopv": "backends.sop_tools:Rsopv",
    "pgpainless": "backends.sop_tools:Pgpainless",
}
"""Name → module and class. A run starts them in this order: the slowest of the usual ones first."""

SOP = "sop:"
"""Prefix of a backend that is any Stateless OpenPGP command: ``sop:./my-sop --option``."""

UNDER = "sequoia-native:"
"""Prefix of a backend that is Sequoia under a policy file: ``sequoia-native:./policy.toml``."""

_GIVEN = {SOP: "backends.sop_tools", UNDER: "backends.sequoia_native"}
"""Prefix → the module that makes an adapter of what stands behind it."""


def on_request() -> dict[str, str]:
    """The adapters that are asked only when they are named, each with the reason."""
    found = {}
    for name in names():
        try:
            reason = load(name).on_request
        except (BrokenAdapterError, NameClashError):
            continue  # to be asked with the others, so that its fault is seen
        if reason:
            found[name] = reason
    return found


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


class NameClashError(LookupError):
    """Two adapters have the same name, and which of them is meant nobody can tell.

    Attributes:
        name: the name.
        packages: who brings an adapter of that name.
    """

    def __init__(self, name: str, packages: tuple[str, ...]) -> None:
        self.name = name
        self.packages = packages
        super().__init__(
            f"{len(packages)} packages bring a backend called {name!r}: {' and '.join(packages)}; "
            "uninstall one, or ask its authors for another name"
        )


def names() -> tuple[str, ...]:
    """All adapters, whether their library or tool is installed or not; our own come first.

    Fetched versions (`backends.variants`) are not among them: what a run asks is not to depend on
    what was once fetched.
    """
    return tuple(dict.fromkeys((*_ADAPTERS, *(each.name for each in _entry_points.plugged()))))


def origin(name: str) -> str:
    """The package, with its version, that brings an adapter; empty for our own.

    Args:
        name: anything that names a backend.
    """
    return " and ".join(each.package for each in _brought_as(name))


def load(name: str) -> type[Adapter[Any]]:
    """Import one adapter's module, and no other; not yet the library it adapts.

    Args:
        name: an adapter's name; or `SOP` and a command line; or `UNDER` and a file; or a version's
            name or folder, see `backends.variants`.

    Raises:
        UnknownBackendError: there is no adapter of this name.
        NameClashError: there is more than one.
        BrokenAdapterError: it is another package's, and cannot be imported.
    """
    made: type[Adapter[Any]]
    for prefix, module in _GIVEN.items():
        if name.startswith(prefix):
            made = importlib.import_module(module).given(name)
            return made
    if any(sign in name for sign in ("@", "==", "/")):
        made = importlib.import_module("backends.variants").load(name)
        return made
    brought = _brought_as(name)
    ours = ("pgp-accord itself",) if name in _ADAPTERS else ()
    packages = (*ours, *(each.package for each in brought))
    if not packages:
        raise UnknownBackendError(name)
    if len(packages) > 1:
        raise NameClashError(name, packages)
    if brought:
        return brought[0].load()
    module, _, adapter = _ADAPTERS[name].partition(":")
    found: type[Adapter[Any]] = getattr(importlib.import_module(module), adapter)
    return found


def _brought_as(name: str) -> tuple[Plugged, ...]:
    return tuple(each for each in _entry_points.plugged() if each.name == name)
