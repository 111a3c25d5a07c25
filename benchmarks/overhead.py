"""What the harness adds to a backend's own time, per vector.

For each backend the same vectors are put to it twice, in turns, on the same machine:

* *bare*: a minimal loop, one process under the same limits of environment, that calls the backend
  as its manual says, takes in what it says and makes nothing of it (no splitting, no classes);
* *harness*: worker, protocol, supervisor and adapter, as in ``pgp-accord run``.

    python benchmarks/overhead.py [--rounds N] [BACKEND…]

Printed per backend: milliseconds per vector of both (the best of the rounds), the difference and
the ratio. The aim: a ratio of at most 1.15 where every vector costs a process, at most 0.3 ms
added where the backend is a library.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import vectors
from harness import clock, launch
from harness.artifact import Case, Detached
from harness.backend import State
from harness.corpus import load_corpus
from harness.launch import Launch, scrubbed_environment
from harness.openpgp import dearmor
from harness.session import Session

SPAWNING = ("gnupg", "gpgv", "python-gnupg")
BACKENDS = (*SPAWNING, "pgpy", "sequoia")


NO_TRUST = ("--no-autostart", "--trust-model", "always")
"""With another trust model, gpg 2.2.40 waits for ever for a faked clock to go on."""


def cases() -> list[Case]:
    """Detached signatures, one each, with one certificate file."""
    corpus = load_corpus(vectors.CORPUS)
    return [
        vector.case
        for vector in corpus.vectors
        if isinstance(vector.artifact, Detached)
        and not vector.expectation.signatures
        and len(vector.certificates) == 1
    ]


def bare_gnupg(case: Case, folder: Path) -> None:
    """Import into a fresh home, then verify: two processes."""
    home = _as_files(case, folder)
    gpg = [
        *("gpg", "--homedir", str(home), "--no-options", "--no-tty", *NO_TRUST),
        *("--faked-system-time", f"{int(case.at.timestamp())}!", "--status-fd", "1"),
    ]
    _run([*gpg, "--import", str(home / "c")])
    _run([*gpg, "--verify", str(home / "s"), str(home / "d")])
    remove(home)


def bare_gpgv(case: Case, folder: Path) -> None:
    """Verify against a binary keyring, under libfaketime: one process."""
    home = _as_files(case, folder)
    keyring = ["gpgv", "--homedir", str(home), "--status-fd", "1", "--keyring", str(home / "c")]
    _run([*keyring, str(home / "s"), str(home / "d")], _with_clock(case))
    remove(home)


def _as_files(case: Case, folder: Path) -> Path:
    assert isinstance(case.artifact, Detached)
    home = Path(tempfile.mkdtemp(dir=folder))
    (home / "c").write_bytes(dearmor(case.certificates[0]))
    (home / "d").write_bytes(case.artifact.data)
    (home / "s").write_bytes(case.artifact.signature)
    return home


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment,
    )


def _with_clock(case: Case) -> dict[str, str]:
    library = clock.find_library()
    return {**os.environ, **(clock.preload(library, case.at) if library else {})}


def bare_python_gnupg(case: Case, folder: Path) -> None:
    """Import and verify through the package's own API: three processes."""
    import gnupg

    assert isinstance(case.artifact, Detached)
    home = Path(tempfile.mkdtemp(dir=folder))
    gpg = gnupg.GPG(
        gnupghome=str(home),
        options=[*NO_TRUST, "--faked-system-time", f"{int(case.at.timestamp())}!"],
    )
    gpg.import_keys(case.certificates[0])
    (home / "s").write_bytes(case.artifact.signature)
    gpg.verify_data(str(home / "s"), case.artifact.data)
    remove(home)


def bare_pgpy(case: Case, _folder: Path) -> None:
    """Parse key and signature, and verify."""
    import pgpy

    assert isinstance(case.artifact, Detached)
    key, _ = pgpy.PGPKey.from_blob(case.certificates[0])
    signature = pgpy.PGPSignature.from_blob(case.artifact.signature)
    bool(key.verify(case.artifact.data, signature))


def bare_sequoia(case: Case, _folder: Path) -> None:
    """Parse certificates and signature, and verify."""
    import pysequoia

    assert isinstance(case.artifact, Detached)
    certs = pysequoia.Cert.split_bytes(case.certificates[0])
    signature = pysequoia.Sig.from_bytes(case.artifact.signature)
    pysequoia.verify(case.artifact.data, lambda _issuers: certs, signature=signature)


BARE: dict[str, Callable[[Case, Path], None]] = {
    "gnupg": bare_gnupg,
    "gpgv": bare_gpgv,
    "python-gnupg": bare_python_gnupg,
    "pgpy": bare_pgpy,
    "sequoia": bare_sequoia,
}


def remove(folder: Path) -> None:
    """Delete a folder the quick way."""
    for path in folder.iterdir():
        if path.is_dir():
            remove(path)
        else:
            path.unlink()
    folder.rmdir()


def bare_loop(backend: str) -> None:
    """The child process of `bare_seconds`: print the seconds that the bare loop took."""
    import warnings

    warnings.simplefilter("ignore")
    bare, questions = BARE[backend], cases()
    folder = Path.cwd()
    _swallow(bare, questions[0], folder)  # imports
    started = time.perf_counter()
    for case in questions:
        _swallow(bare, case, folder)
    print(json.dumps(time.perf_counter() - started))


def _swallow(bare: Callable[[Case, Path], None], case: Case, folder: Path) -> None:
    try:
        bare(case, folder)
    except Exception:  # noqa: BLE001  a rejection; only its time counts here
        return


def bare_seconds(backend: str) -> float:
    """Time the bare loop in a process like a worker's."""
    found = launch.find(backend)
    assert isinstance(found, Launch), found
    with tempfile.TemporaryDirectory() as folder:
        for name in ("home", "tmp", "work"):
            (Path(folder) / name).mkdir(mode=0o700)
        done = subprocess.run(
            [sys.executable, "-I", __file__, "--bare", backend],
            cwd=f"{folder}/work",
            env=scrubbed_environment(folder) | dict(found.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    return float(json.loads(done.stdout))


def harness_seconds(backend: str) -> float:
    """Time the same questions through a session."""
    questions = cases()
    session = Session(backend, probes=load_corpus(vectors.PROBES), profile="stock", seconds=20)
    with session:
        assert session.settle().state is State.USABLE
        started = time.perf_counter()
        for case in questions:
            session.observe(case)
        return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("backends", nargs="*", metavar="BACKEND", default=BACKENDS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bare", choices=BACKENDS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        bare_loop(arguments.bare)
        return
    count = len(cases())
    print(f"{count} vectors, best of {arguments.rounds} rounds, milliseconds per vector")
    print(f"{'backend':14}{'bare':>9}{'harness':>9}{'added':>9}{'ratio':>8}{'spread':>9}")
    for backend in arguments.backends:
        bare, full = [], []
        for _ in range(arguments.rounds):
            bare.append(bare_seconds(backend) * 1000 / count)
            full.append(harness_seconds(backend) * 1000 / count)
        spread = statistics.pstdev(full)
        print(
            f"{backend:14}{min(bare):9.3f}{min(full):9.3f}{min(full) - min(bare):9.3f}"
            f"{min(full) / min(bare):8.2f}{spread:9.3f}"
        )


if __name__ == "__main__":
    main()
