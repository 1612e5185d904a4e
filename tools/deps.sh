#!/usr/bin/env bash
# Installs what is missing, by apt; says in one line what. Nothing to do: silent.
#   deps.sh        to build and demonstrate        deps.sh test   to run the tests, too
#   deps.sh fuzz   to fuzz                         deps.sh lint   to lint and format
set -eu
packages="gcc libc6-dev make pkg-config libmicrohttpd-dev libjansson-dev libicu-dev libcurl4-openssl-dev libgumbo-dev zlib1g-dev curl python3"
case "${1:-}" in
"") ;;
test) packages="$packages libcmocka-dev python3-yaml python3-jsonschema python3-numpy sentencepiece" ;;
fuzz) packages="$packages clang" ;;
lint) packages="$packages clang clang-tidy clang-format cppcheck" ;;
*) echo "deps.sh: unknown group '$1'" >&2 && exit 2 ;;
esac
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
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
    { echo "deps.sh: apt-get could not install:$missing" >&2 && exit 1; }
