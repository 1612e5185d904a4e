#!/usr/bin/env bash
# The figures of every annotated text: run.sh [--check|--update] [PROGRAM]. --check: fails where a figure fell below
# results.csv by more than .02 (F1), or .03 for events; --update writes results.csv. Without either also text that is no news: minutes.
here=$(cd "$(dirname "$0")" && pwd)
mode=show
case "${1:-}" in --*) mode=${1#--} && shift ;; esac
program=${1:-build/nutgraf}
cd "$here/../.." || exit 1
files=$(ls tests/quality/news/*/*.txt 2>/dev/null)
# Words an event in text that is no news: tests/quality/calm.py.
calm() {
    data=../shared/datasets
    if [ ! -d $data ]; then
        echo "skipped text that is no news: $data is not here" >&2
        return
    fi
    python3 tests/quality/calm.py --nutgraf "$program" "$@" --language en calm/en-gum=$data/ner/en/gum-ne.train.raw.txt calm/en-ewt=$data/ner/en/uner-ewt.train.raw.txt
    python3 tests/quality/calm.py --nutgraf "$program" "$@" --language de calm/de-gsd=$data/ud/de_gsd.dev.conllu
    python3 tests/quality/calm.py --nutgraf "$program" "$@" --language vi calm/vi-vtb=$data/ud/vi_vtb.dev.conllu
    python3 tests/quality/calm.py --nutgraf "$program" "$@" --language zh calm/zh-gsd=$data/ud/zh_gsd-hans.dev.conllu
}
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
    calm
    ;;
update)
    # shellcheck disable=SC2086
    { echo "file,measure,p,r,f1" && python3 tests/quality/score.py --csv --nutgraf "$program" $files && calm --csv; } >"$here/results.csv.new" &&
        mv "$here/results.csv.new" "$here/results.csv"
    ;;
check)
    echo "skipped text that is no news, which takes minutes: make quality measures it"
    # shellcheck disable=SC2086
    printf '%s\n' $files | xargs -P "$(nproc)" -n 1 python3 tests/quality/score.py --csv --nutgraf "$program" | python3 -c '
import csv, sys
now = {(r[0], r[1]): r for r in csv.reader(sys.stdin)}
passed = failed = 0
for r in list(csv.reader(open("tests/quality/results.csv")))[1:]:
    got = now.get((r[0], r[1]))
    if r[1] == "calm":
        continue
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
