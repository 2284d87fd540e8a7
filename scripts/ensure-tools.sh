#!/usr/bin/env bash
# Installs what the build and the tests call beside the .NET SDK. Does nothing where everything is there.
set -euo pipefail
need=()
command -v git >/dev/null 2>&1 || need+=(git)
command -v node >/dev/null 2>&1 || need+=(nodejs)
command -v npm >/dev/null 2>&1 || need+=(npm)
# The guide's commands are run as they stand.
command -v curl >/dev/null 2>&1 || need+=(curl)
command -v openssl >/dev/null 2>&1 || need+=(openssl)
# The console is tested in a real browser, with a font of Arial's widths so that pages break lines as they do elsewhere.
command -v chromium >/dev/null 2>&1 || need+=(chromium fonts-liberation)
# The chart is rendered with the libraries that helm is made of; there is no helm in Debian.
[ -d /usr/share/gocode/src/github.com/Masterminds/sprig ] && command -v go >/dev/null 2>&1 ||
  need+=(golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev golang-github-xeipuuv-gojsonschema-dev)
[ ${#need[@]} -eq 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "ensure-tools: ${need[*]} missing, and only root with apt can install them here" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${need[@]}" >/dev/null
