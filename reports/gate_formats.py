"""The gate's outputs for programs and pages, by name. What each looks like is known to its own
module only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.gated import Gated
from reports import gate_github, gate_gitlab, gate_junit, gate_markdown, gate_sarif

FORMATS: Mapping[str, Callable[[Gated], bytes]] = MappingProxyType(
    {
        "junit": gate_junit.render,
        "github": gate_github.render,
        "github-summary": gate_markdown.summary,
        "gitlab": gate_gitlab.render,
        "sarif": gate_sarif.render,
        "markdown": gate_markdown.comment,
    }
)
"""Each takes a result and gives a whole file: UTF-8, with a line end at its end. All are pure."""
