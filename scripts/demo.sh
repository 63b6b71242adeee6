#!/usr/bin/env bash
# From a fresh clone to a checked circuit: all set-up, then gemm for the Alveo U250, simulated with data.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh

say() { printf '\n$ %s\n' "$*"; }
run() {
  say "$@"
  "$@"
}

run npx soff build examples/gemm/gemm.cl --board u250
# C = 1.0 A B + 0.0 C with matrices of 64 x 64
run npx soff run build/gemm-u250 --kernel gemm --global 64,64 --local 8,8 \
  --arg 64 --arg 64 --arg 64 --arg 1.0 --arg rand:float32:64x64:1 --arg rand:float32:64x64:2 \
  --arg 0.0 --arg zeros:float32:64x64 --check --out build/gemm-out
