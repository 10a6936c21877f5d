#!/usr/bin/env bash
# Installs Prometheus 2 with promtool and Alertmanager from Debian, for `npm run test:backends` and `npm run test:alerts`.
# The former builds the other servers itself.
set -euo pipefail
if command -v prometheus >/dev/null && command -v prometheus-alertmanager >/dev/null; then exit; fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
${as_root[@]+"${as_root[@]}"} apt-get update -qq
${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends prometheus prometheus-alertmanager
