#!/usr/bin/env bash
# Installs what building and testing need and the machine lacks, by apt; says in one line what. Nothing to do: silent.
set -eu
packages="gcc make pkg-config libmicrohttpd-dev libjansson-dev libicu-dev libcurl4-openssl-dev libgumbo-dev libcmocka-dev
curl python3 python3-yaml python3-jsonschema"
missing=""
for p in $packages; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq >/dev/null
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
