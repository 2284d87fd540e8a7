#!/usr/bin/env bash
# Renders the chart with Helm's own template libraries, for one set of values or more: scripts/check-chart.sh [VALUES.yaml ...]
# The libraries come from Debian (scripts/ensure-tools.sh). What the manifests say is judged by Hub.Tests/Operations/ChartTests.cs.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=artifacts/check-chart/render
if [ ! -x "$tool" ] || [ scripts/check-chart/render.go -nt "$tool" ]; then
  mkdir -p "${tool%/*}"
  # Built beside and moved: two who build at once must not run half a file.
  GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode go build -o "$tool.$$" scripts/check-chart/render.go && mv "$tool.$$" "$tool"
fi
exec "$tool" "${CHART:-charts/hub}" "$@"
