#!/usr/bin/env python3
"""Trains data/event.bin, the weights of the learned reading of events (core/event/learned.h).

    tools/train/roles.py                       trains and writes data/event.bin
    tools/train/roles.py --without dev5.txt    the same without files whose names end so, to measure on them

Learns from the annotated news whose texts may be read (tests/quality/news/*/dev*.txt) and from the examples beside the frames. Features
come from build/tools/event_pairs_main, the very code that runs. Three logistic regressions on hashed features, fitted in full batches, so
that the same data give the same file: does a word tell an event, does a phrase play a role in it, is the whole right. Where several words of
a sentence may tell an annotated event, the one that the first round holds likeliest is taken to (multiple-instance learning). The third
learns from what the first two propose for articles they have not learned from (stacking). Needs numpy (Debian: python3-numpy).
"""
import argparse, glob, importlib.util, os, re, struct, subprocess, sys, tempfile, unicodedata
from collections import defaultdict

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LANGS = ["de", "en", "vi", "zh"]
VERSION, SALT_ALL = 1, 3  # as in learned.c
BITS = 19
FOLDS = 4
NOWHERE = (1 << BITS) - 1  # a place without a weight, for rows that are shorter
LIMITS = (0.1, 0.5, 0.2)  # of the trigger, a role, the whole

spec = importlib.util.spec_from_file_location("score", os.path.join(ROOT, "tests/quality/score.py"))
score = importlib.util.module_from_spec(spec)
spec.loader.exec_module(score)


# ---- hashes, as in core/event/evidence.h ----

def mix(h, v):
    h = ((h ^ v) * 0x9E3779B1) & 0xFFFFFFFF
    return h ^ (h >> 15)


def hash_str(s):
    h = 2166136261
    for b in s.encode():
        h = ((h ^ b) * 16777619) & 0xFFFFFFFF
    return h


def salted(features, salt):
    h = (features ^ np.uint32(salt)).astype(np.uint64) * np.uint64(0x9E3779B1) & np.uint64(0xFFFFFFFF)
    return ((h ^ (h >> np.uint64(15))) & np.uint64((1 << BITS) - 1)).astype(np.int32)


# ---- reading ----

class Phrase:
    __slots__ = ("start", "end", "entity", "roles", "features", "fills")


class Pair:
    """A trigger that may tell an event of a type, and the phrases near it."""
    __slots__ = ("type", "sent", "start", "end", "before", "features", "phrases", "text", "label", "event", "group")


def pairs_of(lines, text, group):
    names, found = [], []
    for line in lines:
        if line.startswith("E "):
            names.append(line.split())
        elif line.startswith("P "):
            w = line.split(" ")
            p = Pair()
            p.type, p.sent, p.start, p.end = w[1], (int(w[2]), int(w[3])), int(w[4]), int(w[5])
            p.before, p.features, p.phrases = w[6] == "1", np.array([int(x, 16) for x in w[7:]], dtype=np.uint32), []
            p.text, p.label, p.event, p.group = text, 0, None, group
            found.append(p)
        elif line.startswith("C "):
            head, _, tail = line.partition(" :")
            w = head.split(" ")
            c = Phrase()
            c.start, c.end, c.entity, c.roles = int(w[1]), int(w[2]), int(w[3]), w[4:]
            c.features, c.fills = np.array([int(x, 16) for x in tail.split()], dtype=np.uint32), None
            if c.roles:
                found[-1].phrases.append(c)
    return names, found


def run(lang, *args):
    out = subprocess.run([os.path.join(ROOT, "build/tools/event_pairs_main"), os.path.join(ROOT, "data"), lang, *args],
                         capture_output=True, check=True).stdout.decode("utf-8", "replace")
    return [(b.split("\n", 1)[0], b.split("\n", 1)[1].split("\n")) for b in ("\n" + out).split("\n# ")[1:]]


def match(p, fillers, key_of):
    """Marks the phrases of p that fill the event's roles; how many different fillers are met."""
    met = set()
    marks = {}
    for i, c in enumerate(p.phrases):
        said = p.text[c.start:c.end].decode("utf-8", "replace")
        for role, filler, key in fillers:
            same = key is not None and c.entity >= 0 and key_of.get(c.entity) == key
            same = same or (key is None and c.entity < 0 and len(said) > 1 and (said in filler or filler in said))
            if same and role in c.roles:
                marks[i] = role
                met.add((role, filler))
    return met, marks


def label(pairs, events, key_of):
    by_sent = defaultdict(list)
    for p in pairs:
        by_sent[(p.sent, p.type)].append(p)
    for (_, kind), ps in by_sent.items():
        for p in ps:
            best = None
            for n, (t, fillers) in enumerate(events):
                if t != kind:
                    continue
                met, marks = match(p, fillers, key_of)
                if len(met) >= min(2, len({f for _, f, _ in fillers})):
                    near = -sum(min(abs(p.phrases[i].start - p.end), abs(p.start - p.phrases[i].end)) for i in marks) / (len(marks) or 1)
                    if best is None or (len(met), near) > best[0]:
                        best = ((len(met), near), n, marks)
            if best:
                p.label, p.event = 1, best[1]
                for i, role in best[2].items():
                    p.phrases[i].fills = role


def read_articles(lang, articles):
    found = []
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i, a in enumerate(articles):
            files.append(os.path.join(folder, f"{i:03}.txt"))
            with open(files[-1], "w", encoding="utf-8") as f:
                f.write(a["text"])
        for (_, lines), a in zip(run(lang, *files), articles):
            text = a["text"].encode()
            names, pairs = pairs_of(lines, text, a["id"])
            spans, votes = score.gold_spans(a), defaultdict(lambda: defaultdict(int))
            gold = [(len(a["text"][:s].encode()), len(a["text"][:e].encode()), i) for (s, e), i in spans.items()]
            for w in names:
                for s, e, i in gold:
                    if s < int(w[3]) and int(w[2]) < e:
                        votes[int(w[1])][i] += 1
            key_of = {e: max(v, key=v.get) for e, v in votes.items()}
            form = {f: i for i, e in enumerate(a["entities"]) for f in e["forms"]}
            events = [(e["type"], [(r, f, form.get(f)) for r, f in e["roles"]]) for e in a["events"]]
            label(pairs, events, key_of)
            found.append((pairs, proposals_of(lines, text, events, key_of)))
    return found


class Proposal:
    __slots__ = ("type", "features", "right", "article")


def proposals_of(lines, text, events, key_of):
    """What would be told, and whether the annotation has it: two roles with their fillers."""
    found = []
    for line in lines:
        if not line.startswith("J "):
            continue
        head, _, tail = line.partition(" :")
        w = head.split(" ")
        p = Proposal()
        p.type, p.right = w[1], False
        p.features = np.array([int(x, 16) for x in tail.split()], dtype=np.uint32)
        fills = [(r, text[int(a):int(b)].decode("utf-8", "replace"), int(e)) for r, a, b, e in (x.split("/") for x in w[6:])]
        for t, fillers in events:
            met = {role for role, filler, key in fillers for r, said, e in fills
                   if r == role and ((key is not None and key_of.get(e) == key) or (key is None and e < 0 and (said in filler or filler in said)))}
            p.right = p.right or (t == p.type and len(met) >= 2)
        found.append(p)
    return found


def read_examples(lang):
    found = []
    for number, (head, lines) in enumerate(run(lang, "--examples")):
        kind, _, markup = head[1:].partition(" ")
        text, marks = "", []
        at = 0
        for m in re.finditer(r"\[([^\]:\s]*):(\S*) ([^\]]*)\]", markup):
            text += markup[at:m.start()]
            marks.append((len(text.encode()), len((text + m.group(3).strip()).encode()), m.group(1)))
            text += m.group(3).strip()
            at = m.end()
        text += markup[at:]
        _, pairs = pairs_of(lines, text.encode(), f"{lang}-example-{number}")
        pairs = [p for p in pairs if p.type == kind]
        for p in pairs if head[0] == "+" else []:
            for c in p.phrases:
                for s, e, roles in marks:
                    role = [r for r in roles.split("+") if r in c.roles]
                    if role and s < c.end and c.start < e:
                        c.fills = role[0]
            p.label, p.event = int(any(c.fills for c in p.phrases)), 0
        found.append(pairs)
    return found


# ---- fitting ----

def fit(rows, y, rounds=120, l2=8.0):
    """Logistic regression by Adam in full batches; rows: [n, k] places of weights."""
    w, m, v = (np.zeros(1 << BITS) for _ in range(3))
    flat = rows.ravel()
    used = np.unique(flat)
    used = used[used != NOWHERE]
    for t in range(1, rounds + 1):
        p = 1 / (1 + np.exp(-w[rows].sum(1)))
        g = np.bincount(flat, np.repeat(p - y, rows.shape[1]), 1 << BITS) + l2 * w
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g * g
        w[used] -= (0.1 * (m / (1 - 0.9 ** t)) / (np.sqrt(v / (1 - 0.99 ** t)) + 1e-3))[used]
    return w


def typed_rows(items):
    """Of pairs or proposals: by their type, and for all types."""
    return padded([np.concatenate([salted(p.features, hash_str(p.type)), salted(p.features, SALT_ALL)]) for p in items])


def role_salt(kind, role):
    return mix(hash_str(kind), hash_str(role))


def role_row(p, c, role):
    return np.concatenate([salted(c.features, role_salt(p.type, role)), salted(c.features, hash_str(role))])


def padded(rows, width=128):  # twice FEATURE_MAX of evidence.h
    out = np.full((len(rows), width), NOWHERE, dtype=np.int32)
    for i, r in enumerate(rows):
        out[i, :min(len(r), width)] = r[:width]
    return out


def train(pairs):
    """Weights of triggers and of roles."""
    rows = typed_rows(pairs)
    y = np.array([p.label for p in pairs], dtype=float)
    w = fit(rows, y, 60)
    likely = w[rows].sum(1)
    best = {}
    for i, p in enumerate(pairs):
        if p.label:
            key = (p.group, p.sent, p.type, p.event)
            if key not in best or likely[i] > likely[best[key]]:
                best[key] = i
    kept = np.array([not p.label or best[(p.group, p.sent, p.type, p.event)] == i for i, p in enumerate(pairs)])
    trigger = fit(rows[kept], y[kept])
    r_rows, r_y = [], []
    for i, p in enumerate(pairs):
        if p.label and kept[i]:
            for c in p.phrases:
                for role in c.roles:
                    r_rows.append(role_row(p, c, role))
                    r_y.append(float(c.fills == role))
    role = fit(padded(r_rows), np.array(r_y))
    return trigger, role


# ---- all of it ----

def articles_of(lang, without):
    for path in sorted(glob.glob(os.path.join(ROOT, f"tests/quality/news/{lang}/dev*.txt"))):
        if without and path.endswith(without):
            continue
        for a in score.parse(path):
            # as core/text does it, so that offsets are the same
            a["text"] = re.sub("[\u3000\u00a0\u2009\u202f]", " ", unicodedata.normalize("NFC", a["text"]))
            yield a


def write(weights, limits):
    scale = max(np.abs(weights).max(), 1e-6) / 127
    path = os.path.join(ROOT, "data/event.bin")
    with open(path + ".new", "wb") as f:
        f.write(struct.pack("<8sIIffff", b"NUTGEVT\0", VERSION, BITS, scale, *limits))
        f.write(np.clip(np.round(weights / scale), -127, 127).astype(np.int8).tobytes())
    os.replace(path + ".new", path)


def show(proposals):
    """How often what is told is right, learned on one half and measured on the other, both ways."""
    rows = typed_rows(proposals)
    y = np.array([float(p.right) for p in proposals])
    likely = np.zeros(len(y))
    for half in (0, 1):
        train_on = np.array([p.article % 2 == half for p in proposals])
        v = fit(rows[train_on], y[train_on])
        likely[~train_on] = 1 / (1 + np.exp(-v[rows[~train_on]].sum(1)))
    for limit in (0.1, 0.15, 0.2, 0.3, 0.4, 0.5):
        chosen = likely >= limit
        print(f"told where likelier than {limit}: {chosen.sum()}, right {y[chosen].sum():.0f}; of {y.sum():.0f} right of {len(y)}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", default="", help="leave out files whose names end so")
    args = parser.parse_args()
    path = os.path.join(ROOT, "data/event.bin")
    if os.path.exists(path):
        os.remove(path)
    articles = {lang: list(articles_of(lang, args.without)) for lang in LANGS}
    examples = [p for lang in LANGS for e in read_examples(lang) for p in e]
    read = {lang: [pairs for pairs, _ in read_articles(lang, articles[lang])] for lang in LANGS}
    proposals = []
    for k in range(FOLDS):
        rest = [p for lang in LANGS for i, pairs in enumerate(read[lang]) if i % FOLDS != k for p in pairs]
        trigger, role = train(rest + examples)
        write(trigger + role, (LIMITS[0], LIMITS[1], 2))
        for lang in LANGS:
            for number, (_, found) in enumerate(read_articles(lang, [a for i, a in enumerate(articles[lang]) if i % FOLDS == k])):
                for p in found:
                    p.article = number
                proposals += found
    rows = typed_rows(proposals)
    y = np.array([float(p.right) for p in proposals])
    whole = fit(rows, y)
    show(proposals)
    trigger, role = train([p for lang in LANGS for pairs in read[lang] for p in pairs] + examples)
    write(trigger + role + whole, LIMITS)


if __name__ == "__main__":
    main()
