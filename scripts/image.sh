#!/usr/bin/env bash
# Builds the container image: scripts/image.sh [TAG]   (default crt-hub:VERSION, of the git tag where HEAD has one)
#   IMAGE_BASE=NAME    another base; default the official runtime image, and where that cannot be pulled one made of Debian's base image
#                      and this machine's own .NET runtime
#   IMAGE_QUICK=1      what was built last, not compiled ahead of time: for tests
# Prints the image's name.
set -euo pipefail
cd "$(dirname "$0")/.."
log() { printf 'image: %s\n' "$*" >&2; }
version="$(git describe --tags --exact-match 2>/dev/null | sed 's/^v//')" || true
version="${version:-$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)}"
tag="${1:-crt-hub:$version}"
official="$(sed -n 's/^ARG BASE=//p' Dockerfile)"
fallback=hub-test/dotnet:10.0-bookworm

present() { docker image inspect "$1" >/dev/null 2>&1; }

fallback_base() {
  present "$fallback" && return
  present hub-test/base:bookworm || scripts/test-images.sh >/dev/null
  local context runtime; context="$(mktemp -d)"; runtime="$(dirname "$(readlink -f "$(command -v dotnet)")")"
  mkdir -p "$context/dotnet/shared" "$context/dotnet/host"
  cp "$runtime/dotnet" "$context/dotnet/"; cp -r "$runtime/host/fxr" "$context/dotnet/host/"
  cp -r "$runtime/shared/Microsoft.NETCore.App" "$runtime/shared/Microsoft.AspNetCore.App" "$context/dotnet/shared/"
  cat >"$context/Dockerfile" <<'EOF'
FROM hub-test/base:bookworm
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends libicu72 libssl3 ca-certificates tzdata >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY dotnet/ /usr/share/dotnet/
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
EOF
  log "building $fallback"
  DOCKER_BUILDKIT=0 docker build -q --network host -t "$fallback" "$context" >&2
  rm -rf "$context"
}

base="${IMAGE_BASE:-}"
if [ -z "$base" ]; then
  if present "$official" || { ! present "$fallback" && timeout 120 docker pull -q "$official" >/dev/null 2>&1; }; then base="$official"
  else log "$official cannot be pulled"; fallback_base; base="$fallback"; fi
fi

context="$(mktemp -d)"; trap 'rm -rf "$context"' EXIT
mkdir "$context/empty"
if [ "${IMAGE_QUICK:-}" = 1 ]; then
  dotnet publish Hub.Proxy -c Release --no-build -nologo -v quiet -o "$context/hub" >&2
else
  dotnet publish Hub.Proxy -c Release -r "linux-$([ "$(uname -m)" = aarch64 ] && echo arm64 || echo x64)" --self-contained false -p:PublishReadyToRun=true -nologo -v quiet -o "$context/hub" >&2
fi
rm -rf "$context"/hub/*.pdb "$context"/hub/BuildHost-*
chmod -R a+rX "$context"
DOCKER_BUILDKIT=0 docker build -q --build-arg "BASE=$base" --build-arg "VERSION=$version" -f Dockerfile -t "$tag" "$context" >&2
printf '%s\n' "$tag"
