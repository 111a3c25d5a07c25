"""The pytest plugin: somebody else's verifier, or a backend, put to the corpus. ``docs/pytest.md``

Every pytest run of an environment that has pgp-accord loads this module. Therefore it imports
nothing but pytest: the rest (`harness.testing`) comes with the first test that asks for it.
It holds pytest's hooks and fixtures, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.testing import OpenPGPBackend, OpenPGPVector
    from harness.testing.known import Place
    from harness.testing.state import Settings, State, Wish
    from harness.testing.vector import Exam

VECTOR = "openpgp_vector"
BACKEND = "openpgp_backend"
_TRAVELS_AS = "pgp_accord"
"""Name under which plain data is kept with a report, and sent by a worker of pytest-xdist."""

_OPTIONS = ("openpgp-vectors", "openpgp-backend", "openpgp-known")

_STATE: pytest.StashKey[State] = pytest.StashKey()
_EXAM: pytest.StashKey[Exam] = pytest.StashKey()
_MISTAKE: pytest.StashKey[str] = pytest.StashKey()

_MARKER = (
    "openpgp(select=[...], formats=[...], clock=False, known='known.toml'): "
    "which vectors openpgp_vector stands for, and what the verifier can do (pgp-accord)"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options, and ini settings of the same meaning."""
    group = parser.getgroup("pgp-accord", "verifiers of OpenPGP signatures (pgp-accord)")
    group.addoption(
        "--openpgp-vectors",
        action="append",
        default=[],
        metavar="WHICH",
        help="Vectors for tests that take openpgp_vector: an id with wildcards, area:NAME, "
        "tag:NAME, or a bare word that is any of them; or a corpus of your own, written with a "
        "/ or . at its start, or .json at its end. Repeatable. Default: the shipped corpus.",
    )
    group.addoption(
        "--openpgp-backend",
        action="append",
        default=[],
        metavar="NAME",
        help="A backend for tests that take openpgp_backend, as for pgp-accord run --backend. "
        "Repeatable. Default: the usual that are present.",
    )
    group.addoption(
        "--openpgp-known",
        action="append",
        default=[],
        metavar="FILE",
        help="A list of what verifiers are known to get wrong (TOML). Repeatable.",
    )
    parser.addini("openpgp_vectors", "as --openpgp-vectors, a line each", "linelist")
    parser.addini("openpgp_backend", "as --openpgp-backend, a line each", "linelist")
    parser.addini("openpgp_known", "as --openpgp-known; relative to the ini file", "paths")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and listen."""
    config.addinivalue_line("markers", _MARKER)
    config.pluginmanager.register(_Hearer(config), "pgp_accord_hearer")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Refuse a wrong command line at once, and not only when some test asks."""
    config = session.config
    given = [name for name in _OPTIONS if config.getoption(f"--{name}")]
    if config.pluginmanager.hasplugin("dsession"):  # the controller of pytest-xdist: collects none
        given += [name for name in _OPTIONS if config.getini(name.replace("-", "_"))]
    if given:
        _state(config).check(also_backends="openpgp-backend" in given)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each vector, each backend, or each pair."""
    taken = [name for name in (BACKEND, VECTOR) if name in metafunc.fixturenames]
    if not taken:
        return
    from harness.testing.state import MISTAKES

    given = {name: values for name in taken if (values := _given(metafunc, name)) is not None}
    state = _state(metafunc.config)
    test = metafunc.definition.nodeid
    try:
        state.check(also_backends=BACKEND in taken and BACKEND not in given)
    except pytest.UsageError as error:
        # Here it would count as a fault of the test file; see pytest_collection_modifyitems.
        metafunc.config.stash[_MISTAKE] = str(error)
        for name in taken:
            if name not in given:
                metafunc.parametrize(name, [], indirect=True)
        return
    names: Sequence[str] = given.get(BACKEND, ())
    if BACKEND in taken and BACKEND not in given:
        names = state.backends.names
        metafunc.parametrize(BACKEND, names, ids=names, indirect=True)
    if VECTOR not in taken:
        return
    try:
        wish = _wish(metafunc.definition)
        if VECTOR in given:
            state.enter(test, wish, given[VECTOR], names)
            return
        chosen = state.choose(test, wish, names)
    except MISTAKES as error:
        raise pytest.Collector.CollectError(
            f"{test}, marker openpgp: {state.explain(error)}"
        ) from error
    metafunc.parametrize(
        VECTOR,
        [
            pytest.param(name, id=name, marks=[pytest.mark.skip(reason=why)] if why else [])
            for name, why in chosen
        ],
        indirect=True,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config) -> None:
    """Stop with a usage error where options or ini file make no sense."""
    mistake = config.stash.get(_MISTAKE, "")
    if mistake:
        raise pytest.UsageError(mistake)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Note what the command line leaves out: known lists are judged without it."""
    for item in items:
        place = _place(item)
        if place is not None:
            _state(item.config).deselect(place)


@pytest.fixture
def openpgp_vector(request: pytest.FixtureRequest) -> OpenPGPVector:
    """A vector of the corpus: certificates, a signed artifact, a time, and what is right.

    The test runs once for each. It puts the vector to a verifier, and says what that concluded
    with ``openpgp_vector.expect(...)``; a test that judges nothing fails.
    """
    vector_id = getattr(request, "param", None)
    if not isinstance(vector_id, str):
        pytest.fail(
            "openpgp_vector must be an argument of the test, or of a fixture that the test takes",
            pytrace=False,
        )
    item = request.node
    place = _place(item)
    assert place is not None  # it has the parameter
    vector, item.stash[_EXAM] = _state(request.config).vector(vector_id, place, _wish(item))
    return vector


@pytest.fixture
def openpgp_backend(request: pytest.FixtureRequest) -> OpenPGPBackend:
    """A backend of this machine; ``openpgp_backend.ask(openpgp_vector)`` gives its observation.

    The test runs once for each. Backends are started when they are first asked, and last as long
    as the session.
    """
    return _state(request.config).backends.get(request.param)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let no test pass that has judged nothing, or that hides what it found."""
    try:
        result = yield
    except Exception as error:
        exam = item.stash.get(_EXAM, None)
        if exam is not None:
            exam.raised(error)  # and where that is known, another exception comes of it
        raise
    exam = item.stash.get(_EXAM, None)
    if exam is not None:
        exam.over()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put down what became of the vector where pytest-xdist passes it on: in the report."""
    report = yield
    exam = item.stash.get(_EXAM, None)
    place = _place(item)
    if place is not None and (call.when == "call" or (call.when == "setup" and report.skipped)):
        setattr(report, _TRAVELS_AS, _state(item.config).said(place, exam))
    return report


class _Hearer:
    """Hears reports, in one process or from the workers of pytest-xdist; has the last word."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._faults: tuple[str, ...] = ()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = getattr(report, _TRAVELS_AS, None)
        if said is not None:
            _state(self._config).hear(said)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # pytest-xdist's, which is not imported
        account = getattr(node, "workeroutput", {}).get(_TRAVELS_AS)
        if account is not None:
            _state(self._config).take_account(account)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        state = self._config.stash.get(_STATE, None)
        if state is None:
            return
        state.end()
        output = getattr(self._config, "workeroutput", None)
        if output is not None:  # a worker of pytest-xdist
            output[_TRAVELS_AS] = state.account()
            return
        finished = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if finished and not self._config.getoption("--collect-only"):
            self._faults = state.faults()
        if self._faults:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        state = self._config.stash.get(_STATE, None)
        if state is None:
            return
        if self._faults:
            terminalreporter.section("pgp-accord", red=True, bold=True)
            for fault in self._faults:
                terminalreporter.write_line(fault, red=True)
        if summary := state.summary():
            terminalreporter.ensure_newline()
            terminalreporter.write_line(summary)


def _state(config: pytest.Config) -> State:
    """The session's memory, made when it is first needed."""
    state = config.stash.get(_STATE, None)
    if state is None:
        from harness.testing.state import State

        state = config.stash[_STATE] = State(_settings(config))
    return state


def _settings(config: pytest.Config) -> Settings:
    """What options say, and where they say nothing the ini file."""
    from harness.testing.state import Settings, anchored

    vectors: list[str] = config.getoption("--openpgp-vectors")
    backends: list[str] = config.getoption("--openpgp-backend")
    known: list[str] = config.getoption("--openpgp-known")
    home = config.rootpath if config.inipath is None else config.inipath.parent
    here = config.invocation_params.dir
    return Settings(
        vectors=tuple(
            vectors or [anchored(text, home) for text in config.getini("openpgp_vectors")]
        ),
        backends=tuple(backends or config.getini("openpgp_backend")),
        known=tuple([here / name for name in known] or config.getini("openpgp_known")),
        fewer_places=bool(vectors or backends),
        fewer_tests=bool(config.getoption("lf", default=False))
        or any("::" in word or word.endswith(".py") for word in config.args),
    )


def _place(item: pytest.Item) -> Place | None:
    """Which vector a test puts to which backend; ``None`` for all other tests."""
    call = getattr(item, "callspec", None)
    vector = None if call is None else call.params.get(VECTOR)
    if call is None or not isinstance(vector, str):
        return None
    from harness.testing.known import Place

    return Place(_without_parameters(item), vector, str(call.params.get(BACKEND, "")))


def _without_parameters(item: pytest.Item) -> str:
    parent = "" if item.parent is None else item.parent.nodeid
    return f"{parent}::{getattr(item, 'originalname', item.name)}"


def _given(metafunc: pytest.Metafunc, name: str) -> Sequence[str] | None:
    """The values that a test parametrizes one of our fixtures with by itself; None if it does not.

    Of values for several arguments at a time only ours are of interest.
    """
    for marker in metafunc.definition.iter_markers("parametrize"):
        arguments = dict(zip(("argnames", "argvalues"), marker.args, strict=False))
        arguments |= marker.kwargs
        named = arguments["argnames"]
        names = [word.strip() for word in named.split(",")] if isinstance(named, str) else named
        if name in names:
            rows = [getattr(row, "values", row) for row in arguments["argvalues"]]
            at = names.index(name)
            return [row if isinstance(row, str) else str(row[at]) for row in rows]
    return None


def _wish(item: pytest.Item) -> Wish:
    from harness.testing.state import wish_of

    return wish_of(item)
