#!/usr/bin/env bash
# Builds everything and passes all tests on a machine that has the .NET SDK; installs what else they need (as root, with apt).
# Arguments go to `dotnet test`: ./test.sh --filter-class Hub.Tests.Fhir.Events.NhsNumberTests, --filter-namespace 'Hub.Tests.Journeys*',
# --filter-method '*midnight*', --filter-not-class Hub.Tests.Journeys.CrashTests; a * at the beginning or end.
# Without arguments, what the hub emitted is judged afterwards by foreign validators (scripts/judge.sh), which counts as one test.
# The last line is "N passed, N failed[, N skipped]".
set -uo pipefail
cd "$(dirname "$0")"
scripts/ensure-tools.sh || exit 1
log="$(mktemp)"; images="$(mktemp)"; trap 'rm -f "$log" "$images"' EXIT

# The images of PostgreSQL and RabbitMQ are made beside the build. Without an engine the tests that need one are skipped, in CI they fail.
scripts/test-images.sh >"$images" & preparing=$!
dotnet build Hub.sln -c Release -nologo -v quiet || { wait $preparing; exit 1; }
if wait $preparing; then eval "$(cat "$images")"; scripts/test-images.sh --clean; fi
filters=(); [ $# -gt 0 ] && filters=(--ignore-exit-code 8)
[ $# -gt 0 ] || rm -rf artifacts/emitted
# A test runs most code a few times: to watch it run, so as to compile it better still, costs more than it gains.
export DOTNET_TieredPGO=0
rm -f artifacts/hung.txt
# Nothing may go on for ever: one test is ended by Hub.Tests/Support/Watchdog.cs, the whole here.
timeout --kill-after=30 75m dotnet test --solution Hub.sln -c Release --no-build --no-ansi --no-progress --report-xunit-junit --report-xunit-junit-filename tests.xml --results-directory artifacts/results "${filters[@]}" "$@" 2>&1 | tee "$log"; rc=${PIPESTATUS[0]}
hung=0; [ ! -f artifacts/hung.txt ] || { hung=1; echo 'FAILED: a test did not end. What ran then:' >&2; cat artifacts/hung.txt >&2; [ $rc -ne 0 ] || rc=1; }
judged=none
if [ $# -eq 0 ]; then
  if scripts/judge.sh; then judged=passed; else judged=failed; echo 'FAILED: what the hub emits does not stand before the foreign validators' >&2; [ $rc -ne 0 ] || rc=1; fi
fi
if [ $# -eq 0 ] && [ -f artifacts/results/tests.xml ]; then
  echo 'Where the time went (seconds of all tests of a class; several run side by side):'
  grep -o '<testcase [^>]*>' artifacts/results/tests.xml | sed -E 's/.* time="([0-9.]+)" classname="([^"]*)".*/\1 \2/' | awk '{t[$2]+=$1} END{for (c in t) printf "%8.0f %s\n", t[c], c}' | sort -rn | head -n 25
fi
# What failed is said again at the end, where a log that was cut still shows it.
awk '/^failed /{n=12; print ""} n-- > 0' "$log" | cut -c1-400 | tail -n 200
awk -v judged=$judged -v hung=$hung '/^Test run summary/{p=f=s=0} /^  failed: /{f=$2} /^  succeeded: /{p=$2} /^  skipped: /{s=$2}
     END{none=(p+f==0); p+=(judged=="passed"); f+=(judged=="failed")+hung; printf "%d passed, %d failed", p, f; if (s) printf ", %d skipped", s; print ""; exit none}' "$log" || { echo 'no test ran' >&2; [ $rc -ne 0 ] || rc=8; }
exit "$rc"
