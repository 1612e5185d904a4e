#!/usr/bin/env bash
# Starts the server given as $1 on a free port, analyses the bundled German article, prints the reply, stops the server.
set -eu
program=$1
here=$(cd "$(dirname "$0")/.." && pwd)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
log=$(mktemp)
timeout 20 "$program" models pull --if-missing --quiet --timeout=4 de-en 2>"$log" ||
    echo "(no translation model de-en: $(tail -n 1 "$log" | cut -c1-160 | sed 's/^nutgraf: //'); going on without)"
"$program" serve --listen "127.0.0.1:$port" 2>"$log" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -f "$log"' EXIT
for _ in $(seq 100); do
    curl -fs "http://127.0.0.1:$port/readyz" >/dev/null 2>&1 && break
    kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
    sleep 0.05
done
echo "curl --data-binary @tests/articles/de-demo.txt -H 'Content-Type: text/plain' 'localhost:$port/v1/analyze?target_language=en'"
curl -fsS --data-binary "@$here/tests/articles/de-demo.txt" -H 'Content-Type: text/plain' \
    "http://127.0.0.1:$port/v1/analyze?target_language=en" | python3 -m json.tool --no-ensure-ascii
