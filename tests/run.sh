#!/usr/bin/env bash
# Runs the tests with each build folder given: unit tests and, where it has them, fuzz corpora. With two or more folders, also the
# program over HTTP with each, then golden articles and quality with the first. No `set -e`: all run.
# The last line is "N passed, N failed, N skipped".
passed=0 failed=0 skipped=0
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here" || exit 1
export NUTGRAF_DATA=$here/data
export CMOCKA_MESSAGE_OUTPUT=TAP

# adds NAME's figures; a run that failed without naming a test counts as one failed test
count() { # name code passed failed skipped output
    local bad=$4
    if [ "$bad" -eq 0 ] && { [ "$2" -ne 0 ] || [ $(($3 + $5)) -eq 0 ]; }; then bad=1; fi
    [ "$bad" -eq 0 ] || echo "$6"
    echo "$1: $3 passed, $bad failed, $5 skipped"
    passed=$((passed + $3)) failed=$((failed + bad)) skipped=$((skipped + $5))
}

unit() { # build folder
    for t in "$1"/tests/unit/test_*; do
        [ -x "$t" ] && [ -f "$t" ] || continue
        out=$("$t" 2>&1)
        code=$?
        ok=$(grep -c '^ok ' <<<"$out") skip=$(grep -c '^ok .*# SKIP' <<<"$out")
        count "$t" $code $((ok - skip)) "$(grep -c '^not ok ' <<<"$out")" "$skip" "$out"
    done
}

corpora() { # build folder
    for r in "$1"/replay/*; do
        [ -x "$r" ] || continue
        folder=tests/fuzz/$(basename "$r")
        out=$(timeout 300 "$r" $([ -d "$folder" ] && echo "$folder") 2>&1)
        code=$?
        count "$r" $code $((code == 0)) $((code != 0)) 0 "$out"
    done
}

# a program whose last line is "N passed, N failed[, N skipped]"
suite() { # name, command ...
    local name=$1
    shift
    out=$(timeout 1500 "$@" 2>&1)
    code=$?
    if [[ $(tail -n 1 <<<"$out") =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
        count "$name" $code "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-0}" "$out"
    else
        count "$name" 1 0 1 0 "$out"
    fi
    grep -i '^skipped' <<<"$out"
}

for build in "$@"; do
    unit "$build"
    corpora "$build"
done
if [ $# -gt 1 ]; then
    for build in "$@"; do
        suite "tests/e2e with $build/nutgraf" env NUTGRAF="$build/nutgraf" /usr/bin/python3 tests/e2e/run.py
    done
    for build in "$@"; do
        suite "tests/models with $build/nutgraf" /usr/bin/python3 tests/models/run.py "$build"
    done
    suite "tests/nmt" /usr/bin/python3 tests/nmt/run.py "$1"
    suite "tests/golden/article" /usr/bin/python3 tests/golden/article.py "$1/nutgraf"
    suite "tests/golden/summary" /usr/bin/python3 tests/golden/summaries.py "$1/nutgraf"
    suite "tests/quality" bash tests/quality/run.sh --check "$1/nutgraf"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
