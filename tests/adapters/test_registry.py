import subprocess
import sys

import pytest

import backends
from harness.backend import Adapter, Present, Unavailable

LIBRARIES = ("pgpy", "pysequoia", "gnupg")
MODULES = ("gnupg", "gpgv", "python_gnupg", "pgpy", "sequoia")


def loaded_after(program: str) -> set[str]:
    report = "import sys; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", f"{program}; {report}"], capture_output=True, check=True, text=True
    )
    return set(ended.stdout.split())


def test_the_names_are_those_users_type() -> None:
    assert backends.names() == ("gnupg", "gpgv", "python-gnupg", "pgpy", "sequoia")


@pytest.mark.parametrize("name", backends.names())
def test_a_name_loads_the_adapter_of_that_name(name: str) -> None:
    adapter = backends.load(name)
    assert issubclass(adapter, Adapter)
    assert adapter.name == name


@pytest.mark.parametrize("name", backends.names())
def test_presence_says_what_to_do_about_absence(name: str) -> None:
    presence = backends.load(name).presence()
    assert isinstance(presence, Present | Unavailable)
    if isinstance(presence, Unavailable):
        assert presence.reason
        assert presence.install


def test_importing_the_package_imports_no_adapter() -> None:
    loaded = loaded_after("import backends")
    assert not loaded & {f"backends.{module}" for module in MODULES}


@pytest.mark.parametrize(("name", "module"), list(zip(backends.names(), MODULES, strict=True)))
def test_loading_one_adapter_imports_no_other_and_no_library(name: str, module: str) -> None:
    loaded = loaded_after(f"import backends; backends.load({name!r}).presence()")
    assert loaded & {f"backends.{other}" for other in MODULES} == {f"backends.{module}"}
    assert not loaded & set(LIBRARIES)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(backends.UnknownBackendError) as caught:
        backends.load("gpg")
    assert caught.value.name == "gpg"
    assert caught.value.known == backends.names()
    assert str(caught.value) == (
        "no backend is called 'gpg'; there are: gnupg, gpgv, python-gnupg, pgpy, sequoia"
    )
    assert isinstance(caught.value, LookupError)
