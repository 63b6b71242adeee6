#!/usr/bin/env bash
# All set-up, then all tests. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh --tests || exit $?

report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
npx vitest run --reporter=default --reporter=json --outputFile.json="$report/report.json"
status=$?
node scripts/summary.mjs "$report/report.json" "$status"
