"""Backends with known faults, to test the harness against what no real one does on demand.

Started as ``exec:python fake_backend.py FAULT``. Plain standard library on purpose: it speaks the
protocol as a foreign adapter would. It knows the right answers to the probes (it looks them up), so
that each fault but those of the dishonest three shows in the run and not in the probes. What it
answers to other questions: accepted, by the key of `KEY`.

A question is recognised by its data: the fault strikes where it contains the word ``strike``.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

PROBES = Path(__file__).parents[2] / "vectors" / "probes" / "probe.json"
KEY = {"signing": "AB" * 20, "primary": "CD" * 20}
WRONG_KEY = {"signing": "EF" * 20, "primary": "EF" * 20}


def accepted(key: dict[str, str]) -> dict[str, Any]:
    return {
        "signatures": [{"verdict": "accepted", "key": key}],
        "native": {"verdict": "accepted", "keys": [key]},
    }


def rejected() -> dict[str, Any]:
    no = {"verdict": "rejected", "classes": ["bad_signature"]}
    return {"signatures": [no], "native": no}


def right_answers() -> dict[tuple[str, str], dict[str, Any]]:
    answers = {}
    for vector in json.loads(PROBES.read_text())["vectors"]:
        expectation = vector["expectation"]
        good = expectation["outcome"] == "accept"
        question = (json.dumps(vector["artifact"], sort_keys=True), vector["at"])
        answers[question] = accepted(expectation["keys"][0]) if good else rejected()
    return answers


def say(message: dict[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def stay_behind() -> None:
    """Leave a grandchild in a session of its own that holds all descriptors open."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)


def flood_standard_error(total: int) -> None:
    for _ in range(total // 1000):
        os.write(2, b"x" * 999 + b"\n")


def eat_memory() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))


def strike(fault: str, message: dict[str, Any]) -> None:
    """Do the fault; return if the question is then to be answered as usual."""
    match fault:
        case "crashes":
            os.abort()
        case "exits":
            os._exit(0)
        case "hangs":
            time.sleep(600)
        case "eats-memory":
            eat_memory()
        case "floods-stderr":
            flood_standard_error(8 << 20)
        case "floods-stderr-and-crashes":
            flood_standard_error(1 << 20)
            os.write(2, b"last words\n")
            os._exit(9)
        case "garbage":
            os.write(1, b"\xff\x00 this is not JSON\n")
        case "endless-line":
            while True:
                os.write(1, b"x" * (1 << 20))
        case "another-id":
            say({"type": "answer", "id": message["id"] + 1, "answer": accepted(KEY)})
        case "forgets-a-result":
            native = accepted(KEY)["native"]
            answer = {"signatures": [], "native": native}
            say({"type": "answer", "id": message["id"], "answer": answer})
        case "greets-again":
            say(ready(fault))
        case "answers-twice":
            say({"type": "answer", "id": message["id"], "answer": accepted(KEY)})
        case "contradicts-itself":
            nonsense = {"verdict": "accepted", "classes": ["weak_hash"]}
            answer = {"signatures": [nonsense], "native": nonsense}
            say({"type": "answer", "id": message["id"], "answer": answer})
        case "answers-late":
            time.sleep(float(os.environ.get("FAKE_LATE", "1.5")))
        case "leaves-a-child":
            stay_behind()
        case "crashes-once":
            marker = Path(sys.argv[2])
            if not marker.exists():
                marker.touch()
                os.abort()
        case "fills-the-disk":
            with Path("big").open("wb") as file:
                while True:
                    file.write(b"\0" * (1 << 20))
        case _:
            pass


def respond(fault: str, message: dict[str, Any], known: dict[Any, Any]) -> dict[str, Any]:
    question = (json.dumps(message["artifact"], sort_keys=True), message["at"])
    if fault == "accepts-all":
        return accepted(KEY)
    if fault == "rejects-all":
        return rejected()
    if fault == "wrong-fingerprint" and question in known:
        right = known[question]
        return right if "key" not in right["signatures"][0] else accepted(WRONG_KEY)
    if question in known:
        return dict(known[question])
    if b"strike" in base64.b64decode(message["artifact"].get("data", "")):
        strike(fault, message)
    return accepted(KEY)


def ready(fault: str, protocol: int = 1) -> dict[str, Any]:
    capabilities = {
        "formats": ["detached"],
        "clock": "none" if fault == "no-clock" else "native",
        "reports": ["signing", "primary"],
    }
    backend = {"name": fault, "version": "1.0", "capabilities": capabilities}
    return {"type": "ready", "protocol": protocol, "backend": backend}


def main() -> None:
    fault = sys.argv[1]
    if fault == "dies-at-start":
        os.write(2, b"a library is missing\n")
        os._exit(7)
    if fault == "hangs-at-start":
        time.sleep(600)
    if fault == "speaks-another-protocol":
        say(ready("no-clock", protocol=99))
        time.sleep(600)
    known = right_answers()
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "hello":
            say(ready(fault))
        elif message["type"] == "question":
            answer = respond(fault, message, known)
            say({"type": "answer", "id": message["id"], "answer": answer})
        else:
            break


if __name__ == "__main__":
    main()
