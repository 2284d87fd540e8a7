#!/usr/bin/env bash
# Builds everything and passes all tests on a machine that has the .NET SDK; installs what else they need (as root, with apt).
# Arguments go to `dotnet test`: ./test.sh --filter-class Hub.Tests.Fhir.Events.NhsNumberTests, --filter-namespace 'Hub.Tests.Journeys*',
# --filter-method '*midnight*', --filter-not-class Hub.Tests.Journeys.CrashTests; a * at the beginning or end.
# Without arguments, what the hub emitted is judged afterwards by foreign validators (scripts/judge.sh), which counts as one test.
# The last line is "N passed, N failed[, N skipped]".
set -uo pipefail
cd "$(dirname "$0")"
scripts/ensure-tools.sh || exit 1
dotnet build Hub.sln -c Release -nologo -v quiet || exit 1
log="$(mktemp)"; trap 'rm -f "$log"' EXIT
filters=(); [ $# -gt 0 ] && filters=(--ignore-exit-code 8)
[ $# -gt 0 ] || rm -rf artifacts/emitted
dotnet test --solution Hub.sln -c Release --no-build --no-ansi --no-progress "${filters[@]}" "$@" 2>&1 | tee "$log"; rc=${PIPESTATUS[0]}
judged=none
if [ $# -eq 0 ]; then
  if scripts/judge.sh; then judged=passed; else judged=failed; echo 'FAILED: what the hub emits does not stand before the foreign validators' >&2; [ $rc -ne 0 ] || rc=1; fi
fi
awk -v judged=$judged '/^Test run summary/{p=f=s=0} /^  failed: /{f=$2} /^  succeeded: /{p=$2} /^  skipped: /{s=$2}
     END{none=(p+f==0); p+=(judged=="passed"); f+=(judged=="failed"); printf "%d passed, %d failed", p, f; if (s) printf ", %d skipped", s; print ""; exit none}' "$log" || { echo 'no test ran' >&2; [ $rc -ne 0 ] || rc=8; }
exit "$rc"
