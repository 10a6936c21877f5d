#!/usr/bin/env bash
# Installs the Debian packages that `npm run test:alerts` and `npm run test:backends` need: Prometheus 2 with promtool,
# and Alertmanager. Java and Maven are for Zipkin in `test:backends`, which builds the other servers itself.
set -euo pipefail
packages=()
command -v prometheus >/dev/null || packages+=(prometheus)
command -v prometheus-alertmanager >/dev/null || packages+=(prometheus-alertmanager)
command -v java >/dev/null || packages+=(default-jre-headless)
command -v mvn >/dev/null || packages+=(maven)
[ ${#packages[@]} -gt 0 ] || exit 0
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
${as_root[@]+"${as_root[@]}"} apt-get update -qq
${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${packages[@]}"
