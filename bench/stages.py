#!/usr/bin/python3
"""Time of each stage of an analysis by language and length of text, start-up and memory: bench/stages.py [PROGRAM]

One line a text: milliseconds of each stage, characters a second over all stages, peak memory. Each figure is the least of several runs (the
machine is shared); texts are the ones of tests/e2e/articles, repeated. The last lines tell how the time grows when the text grows
fourfold: 4.0 is linear."""
import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUNS = 5


def run(program, text):
    """(seconds of the whole process, peak KB, {stage: ms})"""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f, tempfile.TemporaryFile() as err:
        f.write(text)
        f.flush()
        started = time.perf_counter()
        p = subprocess.Popen([program, "analyze", "--times", "--target-language", "en", f.name], stdout=subprocess.DEVNULL, stderr=err)
        _, status, usage = os.wait4(p.pid, 0)
        spent = time.perf_counter() - started
        err.seek(0)
        report = err.read().decode()
    if status:
        sys.exit(f"{program} failed: {report}")
    return spent, usage.ru_maxrss, {m[1]: float(m[2]) for m in re.finditer(r"^(\w+)\s+([\d.]+) ms$", report, re.M)}


def best(program, text):
    runs = [run(program, text) for _ in range(RUNS)]
    return min(r[0] for r in runs), max(r[1] for r in runs), {s: min(r[2][s] for r in runs) for s in runs[0][2]}


def word(n):
    return "".join(chr(97 + n * p // q % 26) for p, q in ((7919, 1), (104729, 7), (1299709, 11), (15485863, 13), (32452843, 17), (49979687, 19)))


def repeat(article, times):
    """The article so often, each line told apart by a made-up word: what a page tells twice is furniture and would be left out."""
    return "\n\n".join(f"{word(i * 97 + n)} {line}" for i in range(times) for n, line in enumerate(article.split("\n")) if line)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "nutgraf")
    spent, kb, _ = best(program, "The minister met the chancellor in Berlin on Monday, officials said.")
    print(f"start-up with all languages and one sentence: {spent * 1000:.0f} ms, {kb / 1024:.0f} MB\n")
    totals = {}
    for lang in ("de", "en", "vi", "zh"):
        with open(os.path.join(ROOT, "tests", "e2e", "articles", lang + ".txt"), encoding="utf-8") as f:
            article = f.read().strip()
        for chars in (15000, 60000, 240000):
            text = repeat(article, max(1, chars // len(article)))
            spent, kb, stages = best(program, text)
            totals[lang, chars] = sum(stages.values())
            if chars == 15000 and lang == "de":
                print(f"{'':<4}{'characters':>11}" + "".join(f"{s:>10}" for s in stages) + f"{'all, ms':>10}{'char/s':>11}{'MB':>6}")
            print(f"{lang:<4}{len(text):>11}" + "".join(f"{ms:>10.2f}" for ms in stages.values()) +
                  f"{totals[lang, chars]:>10.1f}{len(text) / totals[lang, chars] * 1000:>11.0f}{kb / 1024:>6.0f}")
    for lang in ("de", "en", "vi", "zh"):
        print(f"{lang}: four times the text takes {totals[lang, 60000] / totals[lang, 15000]:.1f} and {totals[lang, 240000] / totals[lang, 60000]:.1f} times as long")


main()
