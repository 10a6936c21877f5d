#!/usr/bin/env bash
# Installs Redis and PostgreSQL from Debian if one of them is missing. `npm run test:adopt` and `npm run test:fleet`
# need both.
set -euo pipefail
if command -v redis-server >/dev/null && compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then exit; fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
${as_root[@]+"${as_root[@]}"} apt-get update -qq
${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends redis-server postgresql
