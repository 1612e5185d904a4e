#!/usr/bin/env python3
"""Names found through the server, measured on the dev parts of the named-entity data: strict spans and types, F1.

    tests/quality/names.py [options] LANG[/SET] ...     default: every language of tools/train/ner.conf
      --nutgraf PATH   the program (default: $NUTGRAF or build/nutgraf)
      --sets FOLDER    default ../shared/datasets/ner; absent: skipped, aloud
      --most N         sentences of a set (default 1500)
      --alone          a sentence a request (default: as many as ner.conf says make a document, a line each)
      --spaces         tokens joined by single spaces where the running text is not known
      --details        every name missed (-) and every false one (+)

What is measured is what a client gets: entities of type person, organization, location, each mention a span of the text.
build/tools/ner_train_main eval LANG measures the recogniser alone on the same sentences. Python 3 standard library only.
"""
import argparse, json, os, re, subprocess, sys, threading, urllib.error, urllib.request
from collections import Counter

TYPES = {"PER": "person", "ORG": "organization", "LOC": "location"}
CLOSING = set(", . ; : ! ? ) ] } % 's ’s n't 're 've 'll 'd 'm ” ’ » '' “ … ...".split())
OPENING = set("( [ { „ « ‘ `` $ # @".split())
CHARACTERS = {"zh", "ja", "ko"}


def read(path):
    sentences, tokens = [], []
    for line in open(path, encoding="utf-8").read().split("\n"):
        if line:
            tokens.append(line.split("\t"))
        elif tokens:
            sentences.append(tokens)
            tokens = []
    return sentences + ([tokens] if tokens else [])


def running(tokens, raw, chars, spaces):
    """The text of a sentence and where each token begins."""
    starts, at = [], 0
    for token, _ in tokens if raw else []:
        at = raw.find(token, at)
        if at < 0:
            raw = ""
            break
        starts.append(at)
        at += len(token)
    if raw:
        return raw, starts
    text, quoted, starts = "", False, []
    for i, (token, _) in enumerate(tokens):
        space = i > 0 and not chars
        if space and not spaces:
            if tokens[i - 1][0] == '"' and quoted:
                space = False
            elif token == '"':
                quoted = not quoted
                space = quoted
            else:
                space = token not in CLOSING and tokens[i - 1][0] not in OPENING
        text += " " if space else ""
        starts.append(len(text))
        text += token
    return text, starts


def gold_of(tokens, starts):
    spans, open_type = [], None
    for (token, tag), start in zip(tokens, starts):
        if tag.startswith("B-"):
            spans.append([start, start + len(token), tag[2:]])
        elif tag.startswith("I-") and spans:
            spans[-1][1] = start + len(token)
    return {(s, e, TYPES[t]) for s, e, t in spans if t in TYPES}


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve", "--listen=127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        found = re.search(r"127\.0\.0\.1:(\d+)", self.process.stderr.readline())
        if not found:
            sys.exit("names.py: the server did not start")
        self.url = f"http://127.0.0.1:{found[1]}/v1/analyze"
        threading.Thread(target=self.process.stderr.read, daemon=True).start()  # its log, lest the pipe fill

    def entities(self, text, language):
        body = json.dumps({"text": text, "language": language, "features": ["entities"]}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)["entities"]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def measure(server, lang, name, options, group):
    folder = os.path.join(options.sets, lang)
    sentences = read(os.path.join(folder, f"{name}.dev.conll"))
    raw_path = os.path.join(folder, f"{name}.dev.raw.txt")
    raws = open(raw_path, encoding="utf-8").read().split("\n") if os.path.exists(raw_path) else []
    raws = (raws + [""] * len(sentences))[: len(sentences)]
    sentences = sentences[: options.most]
    tally = {t: Counter() for t in TYPES.values()}
    group, refused = 1 if options.alone else group, 0
    for first in range(0, len(sentences), group):
        text, gold = "", set()
        for i in range(first, min(first + group, len(sentences))):
            line, starts = running(sentences[i], raws[i], lang in CHARACTERS, options.spaces)
            gold |= {(s + len(text), e + len(text), t) for s, e, t in gold_of(sentences[i], starts)}
            text += line + "\n"
        try:
            found = {(m["start"], m["end"], e["type"]) for e in server.entities(text, lang) for m in e["mentions"] if e["type"] in tally}
        except urllib.error.HTTPError as error:
            if not refused:
                print(f"{lang}/{name}: {error.code} for {text[:60]!r}", file=sys.stderr)
            refused += 1
            found = set()
        for span in gold:
            tally[span[2]]["gold"] += 1
        for span in found:
            tally[span[2]]["found"] += 1
            tally[span[2]]["hit"] += span in gold
        if options.details:
            for mark, some in (("-", gold - found), ("+", found - gold)):
                for s, e, t in sorted(some):
                    print(f"{mark} {t} {text[s:e]}\t... {text[max(0, s - 50):e + 50]!r}")
    return tally


def f1(c):
    return 2 * c["hit"] / (c["found"] + c["gold"]) if c["found"] + c["gold"] else 0.0


def conf_sets(path):
    sets, lang = {}, None
    for line in open(path, encoding="utf-8"):
        words = line.split("#")[0].split()
        if words and words[0].startswith("["):
            lang = words[0].strip("[]")
        elif len(words) == 5 and words[1] == "dev":
            sets.setdefault(lang, []).append((words[0], int(words[4])))
    return sets


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    top = os.path.dirname(os.path.dirname(here))
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("what", nargs="*")
    p.add_argument("--nutgraf", default=os.environ.get("NUTGRAF", os.path.join(top, "build/nutgraf")))
    p.add_argument("--sets", default=os.path.join(top, "../shared/datasets/ner"))
    p.add_argument("--most", type=int, default=1500)
    p.add_argument("--alone", action="store_true")
    p.add_argument("--spaces", action="store_true")
    p.add_argument("--details", action="store_true")
    options = p.parse_args()
    if not os.path.isdir(options.sets):
        print(f"names.py: SKIPPED: no data sets at {options.sets}")
        return
    sets = conf_sets(os.path.join(top, "tools/train/ner.conf"))
    server = Server(options.nutgraf)
    try:
        for what in options.what or sorted(sets):
            lang, _, wanted = what.partition("/")
            for name, group in sets[lang]:
                if wanted and name != wanted:
                    continue
                tally = measure(server, lang, name, options, group)
                total = sum(tally.values(), Counter())
                precision = total["hit"] / total["found"] if total["found"] else 0
                recall = total["hit"] / total["gold"] if total["gold"] else 0
                print(f"{lang + '/' + name:24} F1 {f1(total):.4f}  P {precision:.4f}  R {recall:.4f}   "
                      f"PER {f1(tally['person']):.3f} ORG {f1(tally['organization']):.3f} LOC {f1(tally['location']):.3f}   ({total['gold']} gold)", flush=True)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
