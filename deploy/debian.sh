#!/usr/bin/env bash
# Debian packages that only the tests need: Chromium, and PostgreSQL where no server is found.
# As root it installs them; otherwise it says what is missing and leaves the choice to you.
set -euo pipefail

wanted=()
command -v chromium >/dev/null || wanted+=(chromium)

have_postgres() {
  command -v postgres initdb >/dev/null && return 0
  local bindir
  bindir=$(pg_config --bindir 2>/dev/null) && [ -x "$bindir/initdb" ] && [ -x "$bindir/postgres" ] && return 0
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
have_postgres || wanted+=(postgresql)

[ ${#wanted[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "· not installed, tests that need them will say so: ${wanted[*]}  (sudo apt-get install ${wanted[*]})"
  exit 0
fi
echo "· installing for the tests: ${wanted[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
