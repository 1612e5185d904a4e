#!/usr/bin/env python3
"""Article extraction, nutgraf beside its peers: the same pages in the same run, quality and speed on one core.

    bench/extract.py [--pages DIR] [--rounds N] [--node DIR]

DIR holds ground-truth.json, html/*.html.gz and score.py of the article-extraction-benchmark (default: ../shared/datasets/article_html).
Peers are taken where they are installed: trafilatura, readability-lxml (PyPI, for the Python that runs this), @mozilla/readability with
linkedom and with jsdom (npm, below --node). What is missing is told. Each page is timed by itself, processor time, the best of the rounds. nutgraf's
model has learned from these very pages: for its quality on sites it has not seen use `tools/train/page.py cross`.
"""
import sys

sys.path.pop(0)  # http.py beside this file is not the library's
import argparse
import gzip
import importlib.util
import json
import os
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NODE = r"""
const fs = require('fs'), {Readability} = require('@mozilla/readability');
const make = process.argv[2] === 'jsdom' ? (() => { const {JSDOM} = require('jsdom'); return h => new JSDOM(h).window.document; })()
                                         : (() => { const {parseHTML} = require('linkedom'); return h => parseHTML(h).document; })();
const rounds = Number(process.argv[3]), out = {};
for (const path of fs.readFileSync(0, 'utf8').trim().split('\n')) {
  const html = fs.readFileSync(path, 'utf8');
  let best = Infinity, text = '';
  for (let r = 0; r < rounds; r++) {
    const t = process.cpuUsage();
    try { const a = new Readability(make(html)).parse(); text = a ? a.textContent : ''; } catch (e) { text = ''; }
    best = Math.min(best, (u => (u.user + u.system) / 1e6)(process.cpuUsage(t)));
  }
  out[path] = [text, best];
}
process.stdout.write(JSON.stringify(out));
"""


def by_python(make, paths, rounds):
    out = {}
    for path in paths:
        html, best, text = open(path, encoding="utf-8").read(), 1e9, ""
        for _ in range(rounds):
            start = time.process_time()
            try:
                text = make(html) or ""
            except Exception:  # a peer that fails on a page has found nothing in it
                text = ""
            best = min(best, time.process_time() - start)
        out[path] = (text, best)
    return out


def peer_trafilatura(paths, rounds):
    import trafilatura
    return by_python(lambda h: trafilatura.extract(h, include_comments=False), paths, rounds)


def peer_readability_lxml(paths, rounds):
    import lxml.html
    import readability
    return by_python(lambda h: lxml.html.fromstring(readability.Document(h).summary()).text_content(), paths, rounds)


def peer_node(dom):
    def run(paths, rounds):
        with tempfile.NamedTemporaryFile("w", suffix=".js") as f:
            f.write(NODE)
            f.flush()
            env = dict(os.environ, NODE_PATH=os.path.join(ARGS.node, "node_modules"))
            done = subprocess.run(["node", f.name, dom, str(rounds)], input="\n".join(paths), capture_output=True, text=True, env=env)
        if done.returncode:
            raise ImportError(done.stderr.strip().split("\n")[-1][:100])
        return {k: tuple(v) for k, v in json.loads(done.stdout).items()}
    return run


def nutgraf(paths, rounds):
    with tempfile.TemporaryDirectory() as d:
        done = subprocess.run([os.path.join(ROOT, "build/bench/extract"), os.path.join(ROOT, "data"), str(rounds), d], input="\n".join(paths) + "\n",
                              capture_output=True, text=True, check=True)
        texts = {}
        for p in paths:
            f = os.path.join(d, os.path.basename(p).rsplit(".", 1)[0] + ".txt")
            texts[p] = open(f, encoding="utf-8").read() if os.path.exists(f) else ""
    return texts, json.loads(done.stdout)


def main():
    data, rounds = ARGS.pages, ARGS.rounds
    if not os.path.exists(os.path.join(data, "ground-truth.json")):
        sys.exit("bench/extract.py: no pages at %s: skipped" % data)
    spec = importlib.util.spec_from_file_location("score", os.path.join(data, "score.py"))
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    gold = json.load(open(os.path.join(data, "ground-truth.json"), encoding="utf-8"))
    with tempfile.TemporaryDirectory() as d:
        paths = {}
        for k in gold:
            paths[os.path.join(d, k + ".html")] = k
            with open(os.path.join(d, k + ".html"), "wb") as f:
                f.write(gzip.open(os.path.join(data, "html", k + ".html.gz")).read())

        def tell(name, texts, per_second, median):
            m = score.evaluate(gold, {paths[p]: {"articleBody": t} for p, t in texts.items()})
            ratio = "" if name == "nutgraf" else "  nutgraf is %.1f times as fast" % (figures["pages_per_second"] / per_second)
            print("%-26s F1 %.3f  precision %.3f  recall %.3f  %7.1f pages/s  median %7.2f ms%s" % (
                name, m["f1"], m["precision"], m["recall"], per_second, median, ratio), flush=True)
        texts, figures = nutgraf(list(paths), rounds)
        tell("nutgraf", texts, figures["pages_per_second"], figures["median_ms"])
        print("    memory: %.1f times the page (median), %.1f MB at most" % (figures["median_multiple"], figures["largest_bytes"] / 1e6))
        for name, peer in (("trafilatura", peer_trafilatura), ("readability-lxml", peer_readability_lxml),
                           ("Readability, linkedom", peer_node("linkedom")), ("Readability, jsdom", peer_node("jsdom"))):
            try:
                found = peer(list(paths), max(1, min(rounds, 2)))
            except (ImportError, FileNotFoundError) as e:
                print("%-26s not installed: %s" % (name, e))
                continue
            times = [t for _, t in found.values()]
            tell(name, {p: t for p, (t, _) in found.items()}, len(times) / sum(times), statistics.median(times) * 1e3)


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--pages", default=os.path.join(ROOT, "../shared/datasets/article_html"))
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--node", default=ROOT, help="the folder that has node_modules")
    ARGS = ap.parse_args()
    main()
