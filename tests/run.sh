#!/usr/bin/env bash
# Runs the unit tests of each build folder given, then the server over HTTP with the last of them; sums up. No `set -e`: all run.
# The last line is "N passed, N failed, N skipped".
passed=0 failed=0 skipped=0
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here" || exit 1
export NUTGRAF_DATA=$here/data
export CMOCKA_MESSAGE_OUTPUT=TAP
for build in "$@"; do
    for t in "$build"/tests/unit/test_*; do
        [ -x "$t" ] && [ -f "$t" ] || continue
        out=$("$t" 2>&1)
        code=$?
        ok=$(grep -c '^ok ' <<<"$out") bad=$(grep -c '^not ok ' <<<"$out") skip=$(grep -c '^ok .*# SKIP' <<<"$out")
        if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
        if [ "$bad" -ne 0 ] || [ "$ok" -eq 0 ]; then
            echo "$out"
            [ "$bad" -ne 0 ] || bad=1
        fi
        echo "$t: $((ok - skip)) passed, $bad failed, $skip skipped"
        passed=$((passed + ok - skip)) failed=$((failed + bad)) skipped=$((skipped + skip))
    done
done
if [ $# -gt 1 ] && [ -f tests/e2e/run.py ]; then
    for build in "$@"; do
        out=$(NUTGRAF=$build/nutgraf timeout 1200 /usr/bin/python3 tests/e2e/run.py 2>&1)
        code=$?
        line=$(tail -n 1 <<<"$out")
        if [[ $line =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
            ok=${BASH_REMATCH[1]} bad=${BASH_REMATCH[2]} skip=${BASH_REMATCH[4]:-0}
        else
            ok=0 bad=1 skip=0
        fi
        if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
        [ "$bad" -eq 0 ] || echo "$out"
        echo "tests/e2e with $build/nutgraf: $ok passed, $bad failed, $skip skipped"
        passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
    done
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
