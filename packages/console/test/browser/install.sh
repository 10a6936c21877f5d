#!/usr/bin/env bash
# Installs Chromium from Debian, for `npm run test:console`.
set -euo pipefail
if [ -x /usr/bin/chromium ]; then exit; fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
${as_root[@]+"${as_root[@]}"} apt-get update -qq
${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
