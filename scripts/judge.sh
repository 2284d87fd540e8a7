#!/usr/bin/env bash
# Has everything that the tests made the hub emit, the golden files and the published package judged by validators that this project did not write.
# Exit 0 only if each of them caught the faults planted for it, judged something in every folder, and found no error.
set -uo pipefail
cd "$(dirname "$0")"

# The packages named in package-lock.json, and with them the Node that they need: a distribution's may be too old.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error --no-update-notifier >/dev/null || { echo 'judge: the validators could not be installed' >&2; exit 2; }
fi

npm run --silent fhir -- ../artifacts/emitted ../Hub.Tests/Golden ../profiles; fhir=$?
npm run --silent pages -- ../artifacts/emitted ../Hub.Tests/Golden ../profiles; pages=$?
[ $fhir -eq 0 ] && [ $pages -eq 0 ]
