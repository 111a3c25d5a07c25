"""What must be on the machine before a driver can be built: looked for before anything is begun.

A build that lacks something says so after minutes, in a compiler's words.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable, Mapping

from backends.drivers import Need
from harness.fetch import FetchError
from harness.fetch._tool import Manner, run

_ASKED = Manner(seconds=60)


def check(name: str, needs: Iterable[Need], environment: Mapping[str, str]) -> None:
    """Find all that is needed of the system.

    Args:
        name: of the backend that is to be built.
        needs: these.
        environment: the compilers'.

    Raises:
        FetchError: something is not there; with the line that installs it.
    """
    for need in needs:
        if not (_knows if need.library else _has)(name, need, environment):
            kind = "library with its headers" if need.library else "program"
            lack = f"it is built with something that is not here: {need.name}, a {kind}"
            raise FetchError(name, lack, need.install)


def _has(_: str, need: Need, environment: Mapping[str, str]) -> bool:
    named = shlex.split(environment.get(need.variable, "")) or [need.name]
    return shutil.which(named[0], path=environment.get("PATH")) is not None


def _knows(name: str, need: Need, environment: Mapping[str, str]) -> bool:
    program = environment.get("PKG_CONFIG") or "pkg-config"
    try:
        run([program, "--exists", need.name], name, _ASKED, environment)
    except FetchError:
        return False
    return True
