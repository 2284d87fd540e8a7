#!/usr/bin/env bash
# Builds everything and passes all tests on a machine that has the .NET SDK; installs what else they need (as root, with apt).
# Arguments go to `dotnet test`: ./test.sh --filter-namespace 'Hub.Tests.Journeys*'
# The last line is "N passed, N failed[, N skipped]".
set -uo pipefail
cd "$(dirname "$0")"
scripts/ensure-tools.sh || exit 1
dotnet build Hub.sln -c Release -nologo -v quiet || exit 1
log="$(mktemp)"; trap 'rm -f "$log"' EXIT
filters=(); [ $# -gt 0 ] && filters=(--ignore-exit-code 8)
dotnet test --solution Hub.sln -c Release --no-build --no-ansi --no-progress "${filters[@]}" "$@" 2>&1 | tee "$log"; rc=${PIPESTATUS[0]}
awk '/^Test run summary/{p=f=s=0} /^  failed: /{f=$2} /^  succeeded: /{p=$2} /^  skipped: /{s=$2}
     END{printf "%d passed, %d failed", p, f; if (s) printf ", %d skipped", s; print ""; exit (p+f==0)}' "$log" || { echo 'no test ran' >&2; [ $rc -ne 0 ] || rc=8; }
exit "$rc"
