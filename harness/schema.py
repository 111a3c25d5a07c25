"""JSON Schemas of the project's files, generated from the types that read and write them.

``python -m harness.schema --write`` renews the published files in ``harness/schemas/``;
``--check`` tells whether they are current. Descriptions come from the types' docstrings, field
by field, so that there is one text for both readers.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from harness import artifact, backend, baseline, outcomes, protocol, run, shard, vector
from harness.files import write_atomically
from harness.outcomes import Value

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODULES = {
    module.__name__
    for module in (artifact, backend, baseline, outcomes, protocol, run, shard, vector)
}
FOLDER = Path(__file__).parent / "schemas"

_TAG = "What kind of thing this is; the other members depend on it."
"""Of a field that no type has: it tells the members of a union apart."""

# A JSON Schema is JSON of any shape; only this module looks inside.
Schema = dict[str, Any]


class Published(Struct, frozen=True):
    """One schema file: what it describes and how it is called."""

    name: str
    version: int
    title: str
    type: Any
    """What one document is: a type, or a union of types for one line of JSON Lines."""
    versions: Mapping[str, str] = {}
    """Type and field that hold the version, which must be this schema's."""

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.schema.json"


PUBLISHED = (
    Published(
        name="corpus",
        version=vector.SUITE_SCHEMA,
        title="pgp-accord: a suite of test vectors (one file of a corpus)",
        type=vector.Suite,
        versions={"Suite": "schema"},
    ),
    Published(
        name="run",
        version=run.RUN_SCHEMA,
        title="pgp-accord: one line of a run file",
        type=run.RunLine,
        versions={"RunHeader": "schema"},
    ),
    Published(
        name="baseline",
        version=baseline.BASELINE_SCHEMA,
        title="pgp-accord: a baseline, which the gate compares a run with",
        type=baseline.Baseline,
        versions={"Baseline": "schema"},
    ),
    Published(
        name="protocol",
        version=protocol.PROTOCOL,
        title="pgp-accord: one message between supervisor and worker",
        type=protocol.ToWorker | protocol.FromWorker,
        versions={"Hello": "protocol", "Ready": "protocol"},
    ),
)


def generate(published: Published) -> Schema:
    """Make a schema from its types."""
    (root,), components = msgspec.json.schema_components(
        (published.type,), ref_template="#/$defs/{name}"
    )
    documented = _field_docstrings()
    for name, component in components.items():
        if "description" in component:
            component["description"] = inspect.cleandoc(component["description"])
        for field, schema in component.get("properties", {}).items():
            text = documented.get((name, field))
            if text is not None:
                schema["description"] = text
    for name, field in published.versions.items():
        components[name]["properties"][field]["const"] = published.version
    return {
        "$schema": DIALECT,
        "$id": f"urn:pgp-accord:schema:{published.name}:{published.version}",
        "title": published.title,
        **root,
        "$defs": dict(sorted(components.items())),
    }


def render(published: Published) -> bytes:
    """Make the content of a schema's file: the same bytes every time."""
    text = json.dumps(generate(published), indent=2, ensure_ascii=False)
    return text.encode() + b"\n"


def outdated() -> tuple[Path, ...]:
    """Published files that are missing or not what the types say now."""
    return tuple(
        published.path
        for published in PUBLISHED
        if not published.path.is_file() or published.path.read_bytes() != render(published)
    )


def main(arguments: list[str] | None = None) -> int:
    """Write or check the published files; 1 if a check fails."""
    parser = argparse.ArgumentParser(prog="python -m harness.schema", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="renew the published files")
    what.add_argument("--check", action="store_true", help="fail if they are not current")
    if parser.parse_args(arguments).check:
        for path in (stale := outdated()):
            print(f"{path} is not current: run python -m harness.schema --write", file=sys.stderr)
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for published in PUBLISHED:
        write_atomically(published.path, render(published))
    return 0


def _field_docstrings() -> dict[tuple[str, str], str]:
    """Collect the docstrings below the fields of every type, which Python itself drops."""
    found: dict[tuple[str, str], str] = {}
    for kind in _descendants(Value):
        if kind.__module__ not in _MODULES:
            continue  # another type may have the same name
        if kind.__struct_config__.tag_field is not None:
            found[kind.__name__, kind.__struct_config__.tag_field] = _TAG
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
        (definition,) = tree.body
        assert isinstance(definition, ast.ClassDef)
        for field, text in zip(definition.body, definition.body[1:], strict=False):
            match field, text:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(words))),
                ):
                    found[kind.__name__, name] = inspect.cleandoc(words)
                case _:
                    pass
    return found


def _descendants(kind: type[Value]) -> list[type[Value]]:
    below = kind.__subclasses__()
    return below + [further for each in below for further in _descendants(each)]


if __name__ == "__main__":
    sys.exit(main())
