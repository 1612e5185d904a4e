#!/usr/bin/python3
"""Whole articles, as the program shows them to people: tests/golden/article.py [--update] PROGRAM

Each folder of tests/golden/article/ has `expected`, and either `input` or, for articles that may not be copied here, `source`: a path
beside the project; where it is absent the case is skipped. Last line: N passed, N failed, N skipped."""
import difflib
import os
import re
import subprocess
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "article")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))


def article_of(case):
    source = os.path.join(HERE, case, "source")
    if not os.path.exists(source):
        return os.path.join(HERE, case, "input")
    with open(source, encoding="utf-8") as f:
        return os.path.join(ROOT, f.read().strip())


def main():
    update = "--update" in sys.argv
    program = sys.argv[-1]
    passed = failed = skipped = 0
    for case in sorted(os.listdir(HERE)):
        path, expected = article_of(case), os.path.join(HERE, case, "expected")
        if not os.path.exists(path):
            print(f"skipped {case}: there is no {path}")
            skipped += 1
            continue
        done = subprocess.run([program, "analyze", "--format", "text", "--target-language", "en", path], capture_output=True, timeout=60)
        # confidences move with every model; what is found, and how it is named, is what counts here
        got = re.sub(r"  [01]\.\d\d$", "", done.stdout.decode(), flags=re.M)
        if update and done.returncode == 0:
            with open(expected, "w", encoding="utf-8") as f:
                f.write(got)
        with open(expected, encoding="utf-8") as f:
            want = f.read()
        if done.returncode == 0 and got == want:
            passed += 1
            continue
        failed += 1
        print(f"{case} is not as before (make golden-update, and review the difference):", done.stderr.decode())
        print("\n".join(list(difflib.unified_diff(want.split("\n"), got.split("\n"), "expected", "now", lineterm="", n=1))[:60]))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed != 0


sys.exit(main())
