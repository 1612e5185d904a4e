#!/usr/bin/python3
"""Summaries as produced, for readers of four languages: tests/golden/summaries.py [--update] PROGRAM

Each folder of tests/golden/summary/articles/ has a file for each target (`en`, `de`, `zh-Hans`, `vi`), and either `input` or, for articles that
may not be copied here, `source`: a path beside the project; where it is absent the case is skipped. Last line: N passed, N failed, N skipped."""
import json
import os
import subprocess
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "summary", "articles")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(HERE))))
TARGETS = ("en", "de", "zh-Hans", "vi")


def article_of(case):
    source = os.path.join(HERE, case, "source")
    if not os.path.exists(source):
        return os.path.join(HERE, case, "input")
    with open(source, encoding="utf-8") as f:
        return os.path.join(ROOT, f.read().strip())


def summary(program, path, target):
    """One line a sentence, how it was made in front; then the note, if there is one."""
    done = subprocess.run([program, "analyze", "-t", target, path], capture_output=True, timeout=60, check=True)
    s = json.loads(done.stdout)["summary"]
    for sentence in s["sentences"]:
        assert sentence["evidence"], sentence
    return "".join(f"{x['method']:<10} {x['text']}\n" for x in s["sentences"]) + (f"note       {s['note']}\n" if "note" in s else "")


def main():
    update, program = "--update" in sys.argv, sys.argv[-1]
    passed = failed = skipped = 0
    for case in sorted(os.listdir(HERE)):
        path = article_of(case)
        if not os.path.exists(path):
            print(f"skipped {case}: there is no {path}")
            skipped += len(TARGETS)
            continue
        for target in TARGETS:
            expected, got = os.path.join(HERE, case, target), summary(program, path, target)
            if update:
                with open(expected, "w", encoding="utf-8") as f:
                    f.write(got)
            with open(expected, encoding="utf-8") as f:
                want = f.read()
            if got == want:
                passed += 1
                continue
            failed += 1
            print(f"{case} for readers of {target} is not as before (make golden-update, and read it):\n- {want}+ {got}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed != 0


sys.exit(main())
