#!/usr/bin/env bash
# Debian packages that only the tests need: Chromium, and PostgreSQL where no server is found.
# Of Chromium the headless shell is taken: the same engine at half the processor time.
# As root it installs them; otherwise it says what is missing and leaves the choice to you.
set -euo pipefail

have_all() { local name; for name in "$@"; do command -v "$name" >/dev/null || return 1; done; }

have_chromium() { have_all chromium-headless-shell || have_all chromium; }

have_postgres() {
  have_all postgres initdb && return 0
  local bindir
  bindir=$(pg_config --bindir 2>/dev/null) && [ -x "$bindir/initdb" ] && [ -x "$bindir/postgres" ] && return 0
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

wanted=()
have_chromium || wanted+=(chromium-headless-shell)
have_postgres || wanted+=(postgresql)

[ ${#wanted[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "· not installed, tests that need them will say so: ${wanted[*]}  (sudo apt-get install ${wanted[*]})"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
if ! apt-cache show chromium-headless-shell >/dev/null 2>&1; then
  wanted=("${wanted[@]/chromium-headless-shell/chromium}")
fi
echo "· installing for the tests: ${wanted[*]}"
apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
