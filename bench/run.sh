#!/usr/bin/env bash
# All measurements, one after the other: bench/run.sh PROGRAM. Those that need more than the project skip themselves aloud.
set -eu
cd "$(dirname "$0")/.."
program=${1:-build/nutgraf}
export NUTGRAF_DATA=$PWD/data
echo "== stages of an analysis (bench/stages.py)"
/usr/bin/python3 bench/stages.py "$program"
echo
echo "== the server over HTTP (bench/http.py)"
NUTGRAF=$program /usr/bin/python3 bench/http.py
for more in bench/*.bench.sh; do
    [ -f "$more" ] || continue
    echo
    echo "== $more"
    bash "$more" "$program"
done
