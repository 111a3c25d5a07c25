import subprocess
import sys

import pytest

import backends
from harness.backend import Adapter, Present, Unavailable

LIBRARIES = ("pgpy", "pysequoia", "gnupg", "johnnycanencrypt", "openpgp")
MODULES = {
    "gnupg": {"gnupg"},
    "gpgv": {"gpgv"},
    "gpgv1": {"gpgv", "gpgv1"},
    "gpgme": {"gpgme"},
    "python-gnupg": {"python_gnupg"},
    "pgpy": {"pgpy"},
    "sequoia": {"sequoia"},
    "rnp": {"rnp"},
    "rpgp": {"rpgp"},
    "openpgpjs": {"openpgpjs"},
    "johnnycanencrypt": {"johnnycanencrypt"},
    "go-crypto": {"go_crypto"},
    "x-crypto": {"go_crypto"},
    "sequoia-native": {"sequoia_native"},
    **{
        f"containers-image-{each}": {"containers_image"} for each in ("gpgme", "openpgp", "sequoia")
    },
    "sqv": {"sqv"},
    **{name: {"sop", "sop_tools"} for name in ("sqop", "sqopv", "gosop", "rsop", "rsopv")},
    "pgpainless": {"sop", "sop_tools"},
}
"""The modules of adapters that are imported for each."""
ADAPTERS = set().union(*MODULES.values())


def loaded_after(program: str) -> set[str]:
    report = "import sys; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", f"{program}; {report}"], capture_output=True, check=True, text=True
    )
    return set(ended.stdout.split())


def test_the_names_are_those_users_type() -> None:
    assert set(backends.names()) == set(MODULES)


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
    assert not loaded & {f"backends.{module}" for module in ADAPTERS}


@pytest.mark.parametrize("name", MODULES)
def test_loading_one_adapter_imports_no_other_and_no_library(name: str) -> None:
    loaded = loaded_after(f"import backends; backends.load({name!r}).presence()")
    wanted = {f"backends.{module}" for module in MODULES[name]}
    assert loaded & {f"backends.{other}" for other in ADAPTERS} == wanted
    assert not loaded & set(LIBRARIES)


def test_who_is_asked_on_request_only_says_why() -> None:
    assert backends.on_request().keys() == {"pgpainless"}
    assert "Java" in backends.on_request()["pgpainless"]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(backends.UnknownBackendError) as caught:
        backends.load("gpg")
    assert caught.value.name == "gpg"
    assert caught.value.known == backends.names()
    assert str(caught.value) == (
        f"no backend is called 'gpg'; there are: {', '.join(backends.names())}"
    )
    assert isinstance(caught.value, LookupError)
