"""What a renderable looks like, as text."""

import io
import os
from pathlib import Path

from rich.console import Console, RenderableType

GOLDEN = Path(__file__).parent / "golden"


def shown(renderable: RenderableType, width: int = 80, *, colour: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    console.print(renderable)
    return file.getvalue()


def shown_in_ascii(renderable: RenderableType, width: int = 80) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=file, width=width, legacy_windows=False, _environ={})
    console.print(renderable)
    file.seek(0)
    return file.read()


def agrees_with_golden(name: str, text: str) -> bool:
    """Compare with a file, lines without trailing blanks; UPDATE_GOLDEN=1 writes it anew."""
    text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text
