"""Backends with known faults, to test the harness against what no real one does on demand.

Started as ``exec:python fake_backend.py FAULT``. Plain standard library on purpose: it speaks the
protocol as a foreign adapter would. It knows the right answers to the probes (it looks them up), so
that each fault but those of the dishonest three shows in the run and not in the probes. What it
answers to other questions: accepted, by the key of `KEY`, if the signature is ``none``.

A question is recognised by its data: the fault strikes where it contains the word ``strike``.
The faults of `spoil` are in every answer, those of `ALLERGIES` in answers to odd questions.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from collections.abc import Callable
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
    evidence = {"status": ["NO"]}
    no = {"verdict": "rejected", "classes": ["bad_signature"], "evidence": evidence}
    return {"signatures": [no], "native": no}


Known = dict[tuple[str, str], dict[str, Any]]


def recognised(question: dict[str, Any], artifact: dict[str, Any]) -> tuple[str, str]:
    return json.dumps([question["certificates"], artifact], sort_keys=True), question["at"]


def right_answers() -> Known:
    answers = {}
    for vector in json.loads(PROBES.read_text())["vectors"]:
        expectation = vector["expectation"]
        good = expectation["outcome"] == "accept"
        answers[recognised(vector, vector["artifact"])] = (
            accepted(expectation["keys"][0]) if good else rejected()
        )
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


def spoil(fault: str, reply: dict[str, Any]) -> None:
    """Do what is wrong with every answer."""
    answer = reply["answer"]
    first = answer["signatures"][0]
    match fault:
        case "counts-itself":
            reply["id"] = 1
        case "fails":
            del reply["answer"]
            reply.update(type="failed", reason="no space left")
        case "misspells-a-field":
            first["evidense"] = first.pop("evidence", {})
        case "forgets-a-field":
            del answer["native"]
        case "makes-up-a-verdict":
            first["verdict"] = "good"
        case "makes-up-a-class" if "classes" in first:
            first["classes"] = ["bad-signature"]
        case "small-digits" if "key" in first:
            first["key"] = {half: digits.lower() for half, digits in first["key"].items()}
        case "numbers-in-quotes":
            first["evidence"] = {"exit_code": "1"}
        case "gives-no-class" if "classes" in first:
            del first["classes"]
        case "gives-no-key" if "key" in first:
            del first["key"]
        case "turns-results-around":
            answer["signatures"].reverse()
        case "one-result-for-all":
            del answer["signatures"][1:]
        case "rejects-for-unsupported" if "classes" in first:
            first["classes"] = ["unsupported"]
        case "says-nothing" if "classes" in first:
            del first["evidence"]
        case "says-too-much" if "classes" in first:
            first["evidence"] = {"message": "no " * 10_000}
        case _:
            pass


ALLERGIES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "garbage-certificates": lambda asked: "" in asked["certificates"],
    "no-certificates": lambda asked: not asked["certificates"],
    "empty-signature": lambda asked: not asked["artifact"]["signature"],
    "large-data": lambda asked: len(asked["artifact"]["data"]) > 1 << 20,
    "unusual-bytes": lambda asked: b"\xff" in base64.b64decode(asked["artifact"]["data"]),
    "unknown-field": lambda asked: "remark" in asked,
}
"""What a backend dies of, falls for, or hangs on."""


def suffer(fault: str, message: dict[str, Any]) -> dict[str, Any] | None:
    kind, _, cause = next(
        (parts for word in ("-of-", "-for-", "-on-") if (parts := fault.partition(word))[2]),
        ("", "", ""),
    )
    if cause not in ALLERGIES or not ALLERGIES[cause](message):
        return None
    if kind == "dies":
        os.write(2, b"last words\n")
        os._exit(9)
    if kind == "hangs":
        time.sleep(600)
    return accepted(KEY)


def respond(fault: str, message: dict[str, Any], known: Known) -> dict[str, Any]:
    if fault == "accepts-all":
        return accepted(KEY)
    if fault == "rejects-all":
        return rejected()
    if fault == "trusts-images" and message["artifact"]["format"] == "simple-signing":
        return accepted(KEY)
    if struck := suffer(fault, message):
        return struck
    parts = [judge(fault, message, part, known) for part in message["parts"]]
    whole = judge(fault, message, message["artifact"], known)
    if not parts:
        return whole
    return {"signatures": [part["signatures"][0] for part in parts], "native": whole["native"]}


def judge(
    fault: str, message: dict[str, Any], artifact: dict[str, Any], known: Known
) -> dict[str, Any]:
    if fault == "sulks" and sulking:
        sulking.clear()
        if not message["parts"]:
            return rejected()
    if fault == "stops-the-clock" and message["at"] > "2090":
        return accepted(KEY)
    question = recognised(message, artifact)
    if question in known:
        right: dict[str, Any] = json.loads(json.dumps(known[question]))
        good = "key" in right["signatures"][0]
        if not good:
            sulking.append(True)
        return accepted(WRONG_KEY) if good and fault == "wrong-fingerprint" else right
    if b"strike" in base64.b64decode(artifact.get("data", "")):
        strike(fault, message)
    unsigned = base64.b64decode(artifact.get("signature", "")) == b"none"
    return accepted(KEY) if unsigned else rejected()


sulking: list[bool] = []


FORMATS = {
    "claims-nothing": [],
    "images-only": ["simple-signing"],
    "images-and-a-clock": ["simple-signing"],
    "images-too": ["detached", "simple-signing"],
    "trusts-images": ["detached", "simple-signing"],
}
"""What those claim who do not claim detached signatures alone."""


def ready(fault: str, protocol: int = 1) -> dict[str, Any]:
    capabilities = {
        "formats": FORMATS.get(fault, ["detached"]),
        "clock": "none" if fault in ("no-clock", "images-only") else "native",
        "reports": ["signing", "primary"],
    }
    version = "" if fault == "has-no-version" else "1.0"
    backend = {"name": fault, "version": version, "capabilities": capabilities}
    if fault == "misspells-a-claim":
        backend["capabilites"] = backend.pop("capabilities")
    return {"type": "ready", "protocol": protocol, "backend": backend}


def greet(fault: str, protocol: int) -> None:
    if fault == "prints-a-banner":
        os.write(1, b"Fake Backend 1.0 [loading]\n")
    if protocol == 1:
        say(ready(fault))
    elif fault == "speaks-any-protocol":
        say(ready(fault, protocol))
    else:
        say({"type": "unusable", "reason": f"no idea of protocol {protocol}"})
    if fault == "goes-on-after-ready":
        os.write(1, b"waiting for questions\n")


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
            greet(fault, message["protocol"])
        elif message["type"] == "question":
            answer = respond(fault, message, known)
            reply = {"type": "answer", "id": message["id"], "answer": answer}
            spoil(fault, reply)
            say(reply)
            if fault == "chatters":
                os.write(1, b"that was quick\n")
        elif fault != "ignores-bye":
            if fault == "says-goodbye":
                os.write(1, b"goodbye\n")
            sys.exit(1 if fault == "ends-badly" else 0)
    if fault == "ignores-the-end":
        time.sleep(600)


if __name__ == "__main__":
    main()
