"""Results for people and programs: terminal, Markdown, JSON.

Everything here turns values into strings or rich renderables; only the command line prints.
Nothing in ``harness`` but its command line may import from here.
"""

from pathlib import Path

FINDINGS = Path(__file__).parent / "findings"
"""The divergence book, one TOML file a finding; see `harness.book`."""
BASELINES = Path(__file__).parent / "baselines"
"""What the book was written for: recorded answers of all backends; see `harness.baseline`."""
