#!/usr/bin/env bash
# The figures of every annotated text: run.sh [--check|--update] [PROGRAM]. --check: fails where a figure fell below
# results.csv by more than .02 (F1), or .03 for events; --update writes results.csv.
here=$(cd "$(dirname "$0")" && pwd)
mode=show
case "${1:-}" in --*) mode=${1#--} && shift ;; esac
program=${1:-build/nutgraf}
cd "$here/../.." || exit 1
files=$(ls tests/quality/news/*/*.txt 2>/dev/null)
case $mode in
show)
    # shellcheck disable=SC2086
    [ -z "$files" ] || python3 tests/quality/score.py --nutgraf "$program" $files
    if [ -d ../shared/gold ]; then
        echo "five real articles, ../shared/gold"
        python3 ../shared/tools/score_gold.py --run "$program analyze --target-language en {file}" ../shared/gold/*.json
    else
        echo "skipped ../shared/gold: it is not here"
    fi
    ;;
update)
    # shellcheck disable=SC2086
    { echo "file,measure,p,r,f1" && python3 tests/quality/score.py --csv --nutgraf "$program" $files; } >"$here/results.csv.new" &&
        mv "$here/results.csv.new" "$here/results.csv"
    ;;
check)
    # shellcheck disable=SC2086
    python3 tests/quality/score.py --csv --nutgraf "$program" $files | python3 -c '
import csv, sys
now = {(r[0], r[1]): r for r in csv.reader(sys.stdin)}
passed = failed = 0
for r in list(csv.reader(open("tests/quality/results.csv")))[1:]:
    got = now.get((r[0], r[1]))
    margin = .03 if r[1] in ("event", "core", "status", "role") else .02
    if got and float(got[4]) >= float(r[4]) - margin:
        passed += 1
    else:
        failed += 1
        print(r[0], r[1], "was", r[4], "now", got[4] if got else "absent")
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)'
    ;;
esac
