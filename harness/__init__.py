"""The engine of pgp-accord: vectors in, observations out, judged and compared.

It imports no backend library and no report format; see ``docs/decisions/0001-shape.md``.
"""

__version__ = "0.1.0"
