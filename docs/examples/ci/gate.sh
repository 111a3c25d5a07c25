#!/usr/bin/env bash
# Runs pgp-accord and its gate on a CI server. All it is told comes by variables:
#
#   BASELINE             what the run is compared with; without it, there is no gate
#   PGP_ACCORD           the command (default: pgp-accord)
#   PGP_ACCORD_BACKENDS  backends to ask, separated by blanks (default: the usual ones present)
#   VECTORS SELECT       the corpus, and patterns that choose from it
#   KNOWN FLAKY          lists of differences
#   MOVED                OLD=NEW, separated by blanks: backends that stand in for others
#   OUT                  folder for everything (default: pgp-accord-out)
#
# On GitHub it annotates, and writes the job's summary; on GitLab, a Code Quality report and
# JUnit; everywhere, SARIF, JUnit and Markdown stay in OUT.
set -euo pipefail
set -f # patterns are for pgp-accord, not for the shell
command=${PGP_ACCORD:-pgp-accord}
out=${OUT:-pgp-accord-out}

corpus=()
[ -z "${VECTORS:-}" ] || corpus=(--vectors "$VECTORS")
run=("${corpus[@]}" --out "$out")
for pattern in ${SELECT:-}; do run+=(--select "$pattern"); done
[ -n "${PGP_ACCORD_BACKENDS:-}" ] || unset PGP_ACCORD_BACKENDS
# What backends say is printed, too: no line of it may be a command to GitHub.
token=
if [ -n "${GITHUB_ACTIONS:-}" ]; then
    token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
    echo "::stop-commands::$token"
fi
finish() {
    [ -z "$token" ] || echo "::$token::"
    [ ! -s "$out/annotations.txt" ] || cat "$out/annotations.txt"
}
trap finish EXIT
rm -f "$out/annotations.txt"
"$command" run "${run[@]}"

[ -n "${BASELINE:-}" ] || exit 0
gate=("${corpus[@]}" --baseline "$BASELINE")
[ -z "${KNOWN:-}" ] || gate+=(--known "$KNOWN")
[ -z "${FLAKY:-}" ] || gate+=(--flaky "$FLAKY")
for pair in ${MOVED:-}; do gate+=(--moved "$pair"); done
gate+=(--output "junit=$out/gate.xml" --output "sarif=$out/gate.sarif" --output "markdown=$out/gate.md")
if [ -n "${GITHUB_ACTIONS:-}" ]; then
    gate+=(--output "github=$out/annotations.txt" --output "github-summary=$GITHUB_STEP_SUMMARY")
fi
if [ -n "${GITLAB_CI:-}" ]; then
    gate+=(--output "gitlab=$out/gl-code-quality-report.json")
fi
"$command" gate "${gate[@]}" "$out/run.jsonl"
