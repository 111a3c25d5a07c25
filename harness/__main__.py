"""``python -m harness`` is ``pgp-accord``."""

from harness.cli import main

main()
