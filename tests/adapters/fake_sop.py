"""A Stateless OpenPGP command that verifies nothing and says what it is told, to test how a tool's
oddities are dealt with.

    python fake_sop.py CODE VERIFICATIONS SUBCOMMAND ARGUMENTS…

It writes the text VERIFICATIONS where verifications belong, unless that is ``-``, and ends with the
exit code. A negative one is a signal; with ``only-verify`` there is no other subcommand; with
``since-2015`` it depends on the time. On standard error it repeats its arguments and its input.
"""

import os
import sys
import time
from pathlib import Path

code, verifications, subcommand, *arguments = sys.argv[1:]

if code == "only-verify":
    code = "3" if subcommand == "verify" else "69"
if code == "since-2015":
    code = "0" if time.gmtime().tm_year >= 2015 else "3"

if subcommand == "version":
    print("Fake-SOP 1.2.3")
    if arguments == ["--extended"]:
        print("Some Engine 4.5\nnothing to see here")
    sys.exit(37 if arguments in (["--sopv"], ["--sop-spec"]) else 0)

print(subcommand, *arguments, "<", sys.stdin.buffer.read(), file=sys.stderr)
options = [word for word in arguments if word.startswith("--")]
out = None
for option in options:
    out = Path(option.removeprefix("--verifications-out="))
    if out.exists():
        sys.exit(59)
if subcommand == "verify" and verifications != "-":
    sys.stdout.write(verifications)
if subcommand == "inline-verify":
    sys.stdout.write("2024-03-01T00:00:00Z this is data, and not where verifications belong")
    if out is not None and verifications != "-":
        out.write_text(verifications)
sys.stdout.flush()
sys.stderr.flush()
if code.startswith("-"):
    os.kill(os.getpid(), -int(code))
sys.exit(int(code))
