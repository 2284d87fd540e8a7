#!/usr/bin/env bash
# Makes the container images that the integration tests need available to the local engine.
#
#   scripts/test-images.sh            ensure an engine and both images; prints KEY=VALUE lines on stdout
#   scripts/test-images.sh --rebuild  forget the locally built images first
#   scripts/test-images.sh --clean    remove containers of test runs that were killed
#   TEST_IMAGES=official|local|auto   where images come from (default auto: official if pullable, else local build)
#
# stdout is meant for `eval "$(scripts/test-images.sh)"`; everything else goes to stderr.
# Exit codes: 0 images ready; 3 no engine can be had here (the caller decides whether that skips or fails).
set -euo pipefail

MODE="${TEST_IMAGES:-auto}"
SUITE="${TEST_IMAGES_SUITE:-bookworm}"
# the machine's own Debian archive, as apt knows it
MIRROR="${TEST_IMAGES_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | head -1)}"
PULL_TIMEOUT="${TEST_IMAGES_PULL_TIMEOUT:-120}"
OFFICIAL_PG="postgres:15-bookworm"
OFFICIAL_MQ="rabbitmq:3.13-management"
BASE="hub-test/base:$SUITE"
LOCAL_PG="hub-test/postgres:15-$SUITE"
LOCAL_MQ="hub-test/rabbitmq:3-$SUITE"
STATE="${XDG_RUNTIME_DIR:-/tmp}/hub-test-engine"

log() { printf 'test-images: %s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
as_root() { [ "$(id -u)" = 0 ]; }
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >&2; }
engine_up() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

ensure_engine() {
  engine_up && { log "engine $(docker version --format '{{.Server.Version}} (API {{.Server.APIVersion}})') is up"; return; }
  as_root || { log "no engine, and not root: cannot start one"; exit 3; }
  if ! have dockerd; then
    have apt-get || { log "no dockerd and no apt-get"; exit 3; }
    apt_get update
    apt_get install -y --no-install-recommends docker.io iptables ca-certificates || exit 3
    # dpkg's postinst may have started it where an init system runs
    engine_up && return
  fi
  mkdir -p "$STATE"
  log "starting dockerd (log: $STATE/dockerd.log)"
  # setsid: must outlive this script. No systemd here, so dockerd also starts its own containerd.
  # --ip: published ports are bound to loopback only.
  # NEVER start a second dockerd beside a running one, not even with --bridge none: it deletes the first one's docker0.
  setsid dockerd --ip 127.0.0.1 --pidfile "$STATE/dockerd.pid" >"$STATE/dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 120); do engine_up && { log "engine is up"; return; }; sleep 0.25; done
  log "dockerd did not come up:"; tail -20 "$STATE/dockerd.log" >&2; exit 3
}

present() { docker image inspect "$1" >/dev/null 2>&1; }

pullable() { # an image counts as pullable when it is here already or one bounded pull succeeds
  present "$1" && return
  timeout "$PULL_TIMEOUT" docker pull -q "$1" >/dev/null 2>"${TMPDIR:-/tmp}/pull.$$" && return
  log "cannot pull $1: $(tail -1 "${TMPDIR:-/tmp}/pull.$$")"; return 1
}

build_base() {
  present "$BASE" && return
  as_root || { log "a local build needs root (debootstrap)"; exit 3; }
  have debootstrap || { apt_get update; apt_get install -y --no-install-recommends debootstrap; }
  local root; root="$(mktemp -d "${TMPDIR:-/tmp}/hub-test-root.XXXXXX")"
  # mktemp -d makes 0700; an imported / with that mode locks out every non-root user of the image
  chmod 0755 "$root"
  log "debootstrap $SUITE -> $BASE"
  debootstrap --variant=minbase "$SUITE" "$root" "$MIRROR" >"$root.log" 2>&1 \
    || { tail -20 "$root.log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/*
  # the machine's own archives (updates and security too), and no daemon started by a package's postinst
  rm -f "$root/etc/apt/sources.list"
  cp -a /etc/apt/sources.list /etc/apt/sources.list.d "$root/etc/apt/" 2>/dev/null || cp -a /etc/apt/sources.list.d "$root/etc/apt/"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"; chmod 755 "$root/usr/sbin/policy-rc.d"
  printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' \
    >"$root/etc/dpkg/dpkg.cfg.d/slim"
  tar -C "$root" --numeric-owner --one-file-system -c . | docker import -m "debootstrap minbase $SUITE" - "$BASE" >/dev/null
  rm -rf "$root" "$root.log"
}

build_image() { # name, directory with Dockerfile
  present "$1" && return
  build_base
  log "docker build $1"
  DOCKER_BUILDKIT=0 docker build -q --network host --build-arg "BASE=$BASE" -t "$1" "$2" >&2
}

write_contexts() {
  CTX="$(mktemp -d "${TMPDIR:-/tmp}/hub-test-ctx.XXXXXX")"; trap 'rm -rf "$CTX"' EXIT
  mkdir -p "$CTX/pg" "$CTX/mq"

  cat >"$CTX/pg/Dockerfile" <<'EOF'
ARG BASE
FROM ${BASE}
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
      postgresql-15 >/dev/null && pg_dropcluster 15 main && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN install -d -o postgres -g postgres -m 0700 $PGDATA && install -d -o postgres -g postgres -m 2775 /run/postgresql
USER postgres
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
EOF
  # The official image's contract, as far as tests use it: POSTGRES_USER / _PASSWORD / _DB, initdb arguments,
  # /docker-entrypoint-initdb.d/*.sql, and a server on all addresses with password authentication.
  cat >"$CTX/pg/entrypoint.sh" <<'EOF'
#!/bin/sh
set -eu
if [ "${1#-}" != "$1" ]; then set -- postgres "$@"; fi
[ "$1" = postgres ] || exec "$@"
user="${POSTGRES_USER:-postgres}"; db="${POSTGRES_DB:-$user}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  [ -n "${POSTGRES_PASSWORD:-}" ] || [ "${POSTGRES_HOST_AUTH_METHOD:-}" = trust ] || { echo 'POSTGRES_PASSWORD is not set' >&2; exit 1; }
  pw="$(mktemp)"; printf '%s\n' "${POSTGRES_PASSWORD:-unused}" >"$pw"
  initdb --username="$user" --pwfile="$pw" --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 ${POSTGRES_INITDB_ARGS:-} >/dev/null
  rm -f "$pw"
  echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -w -o "-c listen_addresses='' -p 5432" start >/dev/null
  [ "$db" = postgres ] || psql -qv ON_ERROR_STOP=1 -U "$user" -d postgres --set db="$db" <<'SQL'
CREATE DATABASE :"db";
SQL
  for f in /docker-entrypoint-initdb.d/*.sql; do [ -f "$f" ] && psql -qv ON_ERROR_STOP=1 -U "$user" -d "$db" -f "$f"; done
  pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
  echo 'PostgreSQL init process complete; ready for start up.'
fi
exec "$@" -c listen_addresses='*'
EOF

  cat >"$CTX/mq/Dockerfile" <<'EOF'
ARG BASE
FROM ${BASE}
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
      rabbitmq-server >/dev/null && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/lib/rabbitmq/mnesia /var/lib/rabbitmq/.erlang.cookie
ENV LANG=C.UTF-8 RABBITMQ_LOGS=-
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN rabbitmq-plugins --offline enable rabbitmq_management && chown -R rabbitmq:rabbitmq /var/lib/rabbitmq /etc/rabbitmq /var/log/rabbitmq
USER rabbitmq
EXPOSE 5672 15672
ENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]
CMD ["rabbitmq-server"]
EOF
  cat >"$CTX/mq/entrypoint.sh" <<'EOF'
#!/bin/sh
set -eu
[ "$1" = rabbitmq-server ] || exec "$@"
{
  echo "loopback_users.guest = false"
  echo "listeners.tcp.default = 5672"
  [ -z "${RABBITMQ_DEFAULT_USER:-}" ] || echo "default_user = $RABBITMQ_DEFAULT_USER"
  [ -z "${RABBITMQ_DEFAULT_PASS:-}" ] || echo "default_pass = $RABBITMQ_DEFAULT_PASS"
  [ -z "${RABBITMQ_DEFAULT_VHOST:-}" ] || echo "default_vhost = $RABBITMQ_DEFAULT_VHOST"
} >/etc/rabbitmq/rabbitmq.conf
exec /usr/lib/rabbitmq/bin/rabbitmq-server
EOF
  chmod 755 "$CTX"/*/entrypoint.sh
}

clean() { # a container that carries the number of a process that is still there belongs to a run of somebody's
  local id owner
  docker ps -aq --filter label=org.testcontainers=true | while read -r id; do
    owner="$(docker inspect -f '{{index .Config.Labels "hub.tests.process"}}' "$id" 2>/dev/null || true)"
    if [ -z "$owner" ] || ! kill -0 "$owner" 2>/dev/null; then docker rm -fv "$id" >/dev/null 2>&1 || true; fi
  done
}

main() {
  if [ "${1:-}" = --clean ]; then clean; return 0; fi
  if [ "${1:-}" = --rebuild ]; then docker image rm -f "$LOCAL_PG" "$LOCAL_MQ" "$BASE" >&2 2>/dev/null || true; fi
  ensure_engine
  local pg mq
  case "$MODE" in
    official) pullable "$OFFICIAL_PG" && pullable "$OFFICIAL_MQ" || exit 1; pg=$OFFICIAL_PG mq=$OFFICIAL_MQ ;;
    local)    pg=$LOCAL_PG mq=$LOCAL_MQ ;;
    auto)     # images built before win over a pull: no network is asked on the second run
              if present "$LOCAL_PG" && present "$LOCAL_MQ"; then pg=$LOCAL_PG mq=$LOCAL_MQ
              elif pullable "$OFFICIAL_PG" && pullable "$OFFICIAL_MQ"; then pg=$OFFICIAL_PG mq=$OFFICIAL_MQ
              else pg=$LOCAL_PG mq=$LOCAL_MQ; fi ;;
    *) log "TEST_IMAGES=$MODE?"; exit 2 ;;
  esac
  if [ "$pg" = "$LOCAL_PG" ]; then
    write_contexts
    build_image "$LOCAL_PG" "$CTX/pg"
    build_image "$LOCAL_MQ" "$CTX/mq"
  fi
  printf 'export HUB_TEST_POSTGRES_IMAGE=%s\nexport HUB_TEST_RABBITMQ_IMAGE=%s\n' "$pg" "$mq"
  # Testcontainers 4.16 speaks Docker API 1.44 unless told; Debian 12's engine (20.10) stops at 1.41 and answers 400.
  local api; api="$(docker version --format '{{.Server.APIVersion}}')"
  [ "$(printf '%s\n1.44\n' "$api" | sort -V | head -1)" = 1.44 ] || printf 'export DOCKER_API_VERSION=%s\n' "$api"
  # On a machine that has /.dockerenv Testcontainers takes itself for a container and talks to 172.17.0.1.
  printf 'export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1\n'
  # The reaper (testcontainers/ryuk) is one more image from a registry; without one, the tests dispose what they start.
  [ "$pg" = "$LOCAL_PG" ] && printf 'export TESTCONTAINERS_RYUK_DISABLED=true\n'
  return 0
}
main "$@"
