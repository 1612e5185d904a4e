#!/usr/bin/env python3
"""Scores analyses against annotated news texts.

    tests/quality/score.py [options] FILE ...        FILE: news/<lang>/*.txt
      --nutgraf PATH    the program (default: $NUTGRAF or build/nutgraf)
      --target LANG     target language (default en)
      --details         every miss and every false alarm
      --only ID         that article alone (its analysis is printed with --show)
      --show            print text, entities and events found
      --types           a line for each event type and entity type
      --check           only check the files: forms and fillers occur in the text
      --csv             one line a file: file,measure,p,r,f1

Format of a file, any number of articles:

    === en-017
    published: 2024-05-03
    --- text
    Paragraphs ...
    --- entities
    person Anna Weber | Weber = Anna Weber
    money 12 million euros {"amount": 12000000, "currency": "EUR"}
    date July 18 2024-07-18
    --- events
    personnel.hire occurred core 2024 person=Anna Weber; employer=Bosch; position=finance chief

Entities: type, forms (every mention of every thing is listed), then " = canonical name in English", or the value. Events: type, status,
"core" if a reader must be told, a date, roles; several fillers of a role are joined by " & ". A filler is a form of an entity or a stretch
of the text. A line that begins with "# " in entities or events is a comment.

What is scored: as in the schema's own scorer. mention: span and type exact over every occurrence of a form, longest form first. entity: one
each, type and some mention right. linked: entity whose canonical name is right (case, accents, punctuation ignored; only entities with a
canonical name given). value: normalised values. event: type right and a filler shared (or, of an event told twice, the evidence). status:
of the events found. core: recall of core events. role: (type, role, filler). Python 3 standard library only.
"""
import argparse, contextlib, json, os, re, subprocess, sys, threading, unicodedata, urllib.request
from collections import Counter, defaultdict

NUMERIC = {"money", "percent", "date"}
TYPES = {"person", "organization", "location", "product", "event"} | NUMERIC
STATUS = {"occurred", "planned", "alleged", "denied"}
MEASURES = ["mention", "entity", "linked", "value", "event", "core", "status", "role", "quote"]


# ---- reading ----

class Bad(Exception):
    pass


def parse(path):
    with open(path, encoding="utf-8", newline="") as f:
        lines = f.read().replace("\r\n", "\n").split("\n")
    articles, article, part = [], None, None
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        if line.startswith("=== "):
            article = {"id": line[4:].strip(), "where": where, "lines": [], "entities": [], "events": [], "quotes": [], "published": None}
            articles.append(article)
            part = "head"
        elif line.startswith("--- "):
            part = line[4:].strip()
            if part not in ("text", "entities", "events", "quotes"):
                raise Bad(f"{where}: unknown part {part!r}")
        elif article is None:
            if line.strip() and not line.startswith("#"):
                raise Bad(f"{where}: text before the first '=== id'")
        elif part == "text":
            article["lines"].append(line)
        elif not line.strip() or line.startswith("# "):
            continue
        elif part == "head":
            key, _, value = line.partition(":")
            article[key.strip()] = value.strip()
        elif part == "entities":
            article["entities"].append(parse_entity(line.strip(), where))
        elif part == "quotes":
            speaker, _, said = line.partition(":")
            article["quotes"].append((speaker.strip(), said.strip()))
        else:
            article["events"].append(parse_event(line.strip(), where))
    for a in articles:
        a["text"] = "\n".join(a["lines"]).strip("\n")
        check(a)
    return articles


def parse_entity(line, where):
    kind, _, rest = line.partition(" ")
    if kind not in TYPES:
        raise Bad(f"{where}: unknown entity type {kind!r}")
    value = name = None
    if kind in ("money", "percent"):
        brace = rest.find("{")
        if brace >= 0:
            try:
                value = json.loads(rest[brace:])
            except ValueError:
                raise Bad(f"{where}: the value is not JSON")
            rest = rest[:brace]
    elif kind == "date":
        found = re.search(r"\s+(=\s*)?(\d{4}[0-9/QHWT:-]*)\s*$", rest)
        if found and rest[:found.start()].strip(" |"):
            value, rest = found.group(2), rest[:found.start()]
    elif " = " in rest:
        rest, name = rest.rsplit(" = ", 1)
    forms = [f.strip() for f in rest.split(" | ") if f.strip()]
    if not forms:
        raise Bad(f"{where}: no form")
    return {"type": kind, "forms": forms, "value": value, "names": [n.strip() for n in name.split(" | ")] if name else [], "where": where}


def parse_event(line, where):
    words = line.split(" ")
    event = {"type": words.pop(0), "status": "occurred", "core": False, "date": None, "roles": [], "where": where}
    while words and "=" not in words[0]:
        word = words.pop(0)
        if word in STATUS:
            event["status"] = word
        elif word == "core":
            event["core"] = True
        elif word[:1].isdigit():
            event["date"] = word
        elif word:
            raise Bad(f"{where}: {word!r} is no status, core or date")
    for part in " ".join(words).split("; "):
        role, eq, fillers = part.partition("=")
        if not eq:
            raise Bad(f"{where}: role=filler expected at {part!r}")
        event["roles"] += [(role.strip(), f.strip()) for f in fillers.rstrip(";").split(" & ") if f.strip()]
    return event


def check(a):
    for e in a["entities"]:
        for form in e["forms"]:
            if form not in a["text"]:
                raise Bad(f"{e['where']}: {a['id']}: the text has no {form!r}")
    for e in a["events"]:
        for role, filler in e["roles"]:
            if filler not in a["text"]:
                raise Bad(f"{e['where']}: {a['id']}: {role}: the text has no {filler!r}")


# ---- matching ----

def fold(name):
    return "".join(c for c in unicodedata.normalize("NFKD", name or "").casefold() if c.isalnum())


def occurrences(text, form):
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + 1)


def whole(text, start, end):
    """Not cut out of a longer word, in scripts with spaces."""
    def joins(a, b):
        return a.isalpha() and b.isalpha() and ord(a) < 0x2E80 and ord(b) < 0x2E80
    return not (start > 0 and joins(text[start - 1], text[start])) and not (end < len(text) and joins(text[end - 1], text[end]))


def gold_spans(a):
    found = sorted(((end - start, start, end, i) for i, e in enumerate(a["entities"]) for form in e["forms"]
                    for start, end in occurrences(a["text"], form) if whole(a["text"], start, end)), key=lambda s: (-s[0], s[1]))
    taken, spans = [False] * (len(a["text"]) + 1), {}
    for _, start, end, i in found:
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            spans[(start, end)] = i
    return spans


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1]


def same_value(gold, got):
    if gold is None or got is None:
        return False
    if isinstance(gold, dict) and isinstance(got, dict):
        return all(same_value(v, got.get(k)) for k, v in gold.items())
    try:
        return abs(float(gold) - float(got)) <= 1e-6 * max(1.0, abs(float(gold)))
    except (TypeError, ValueError):
        return str(gold).casefold() == str(got).casefold()


class Tally:
    def __init__(self):
        self.hit = self.got = self.gold = 0

    def add(self, hit, got, gold):
        self.hit += hit
        self.got += got
        self.gold += gold

    def prf(self):
        p = self.hit / self.got if self.got else 0.0
        r = self.hit / self.gold if self.gold else 0.0
        return p, r, 2 * p * r / (p + r) if p + r else 0.0


def score_mentions(a, got, tally, per_type, notes):
    """Returns (spans of gold, spans found, which gold entity each found one stands for)."""
    text, gold = a["text"], gold_spans(a)
    found = {}
    for e in got["entities"]:
        for m in e["mentions"]:
            span = (m["start"], m["end"])
            if text[span[0]:span[1]] != m["text"]:
                notes.append(f"OFFSET  {span} {m['text']!r}")
            found[span] = (e["type"], e["id"])
    kind = {s: a["entities"][i]["type"] for s, i in gold.items()}
    hit = [s for s, (k, _) in found.items() if kind.get(s) == k]
    tally["mention"].add(len(hit), len(found), len(gold))
    for t in TYPES:
        per_type["mention " + t].add(sum(1 for s in hit if kind[s] == t), sum(1 for k, _ in found.values() if k == t),
                                     sum(1 for k in kind.values() if k == t))
    for s in sorted(gold):
        if found.get(s, ("",))[0] != kind[s]:
            near = [f"{k} {text[p[0]:p[1]]!r}" for p, (k, _) in found.items() if overlap(s, p)]
            notes.append(f"MISS    {kind[s]} {text[s[0]:s[1]]!r}" + (" got " + ", ".join(near) if near else ""))
    for p, (k, _) in sorted(found.items()):
        if not any(overlap(p, s) for s in gold):
            notes.append(f"EXTRA   {k} {text[p[0]:p[1]]!r}")
    votes = defaultdict(Counter)
    for p, (k, ident) in found.items():
        for s, i in gold.items():
            if overlap(p, s) and kind[s] == k:
                votes[ident][i] += 1
    stands, used = {}, set()
    for ident, counter in sorted(votes.items(), key=lambda v: -max(v[1].values())):
        for i, _ in counter.most_common():
            if i not in used:
                stands[ident] = i
                used.add(i)
                break
    tally["entity"].add(len(stands), len(got["entities"]), len(set(gold.values())))
    score_names(a, got, stands, set(gold.values()), tally, notes)
    return gold, found, stands


def score_names(a, got, stands, present, tally, notes):
    linked = named = valued = values = 0
    for e in got["entities"]:
        g = a["entities"][stands[e["id"]]] if e["id"] in stands else None
        if e["type"] in NUMERIC:
            values += 1
            if g and g["value"] is not None:
                if same_value(g["value"], e.get("value")):
                    valued += 1
                else:
                    notes.append(f"VALUE   {g['forms'][0]!r}: {g['value']}, got {e.get('value')}")
            elif g:
                values -= 1
        elif g and g["names"]:
            named += 1
            if fold(e.get("canonical_name")) in [fold(n) for n in g["names"]]:
                linked += 1
            else:
                notes.append(f"NAME    {g['names'][0]!r}, got {e.get('canonical_name')!r}")
        elif not g:
            named += 1
    tally["linked"].add(linked, named, sum(1 for i in present if a["entities"][i]["names"]))
    tally["value"].add(valued, values, sum(1 for i in present if a["entities"][i]["value"] is not None))


def score_events(a, got, gold, found, stands, tally, per_type, notes):
    text = a["text"]
    form_of = {form: i for i, e in enumerate(a["entities"]) for form in e["forms"]}

    def same(filler, other):
        i = form_of.get(filler)
        if "entity" in other:
            if i is not None and other["entity"] in stands:
                return stands[other["entity"]] == i
            spans = [p for p, (_, ident) in found.items() if ident == other["entity"]]
        else:
            spans = [(other["start"], other["end"])]
        mine = [s for s, k in gold.items() if k == i] if i is not None else list(occurrences(text, filler))
        return any(overlap(m, s) for m in mine for s in spans)

    fillers = [[(role, f) for role, fs in e["roles"].items() for f in fs] for e in got["events"]]
    pairs = []
    for gi, g in enumerate(a["events"]):
        for ei, e in enumerate(got["events"]):
            if g["type"] == e["type"]:
                shared = sum(1 for role, f in g["roles"] for r, o in fillers[ei] if r == role and same(f, o))
                if shared:
                    pairs.append((shared, -gi, -ei))
    match, back = {}, {}
    for _, gi, ei in sorted(pairs, reverse=True):
        if -gi not in match and -ei not in back:
            match[-gi], back[-ei] = -ei, -gi
    tally["event"].add(len(match), len(got["events"]), len(a["events"]))
    for t in {e["type"] for e in a["events"]} | {e["type"] for e in got["events"]}:
        per_type["event " + t].add(sum(1 for gi in match if a["events"][gi]["type"] == t), sum(1 for e in got["events"] if e["type"] == t),
                                   sum(1 for e in a["events"] if e["type"] == t))
    core = [gi for gi, g in enumerate(a["events"]) if g["core"]]
    n = sum(1 for gi in core if gi in match)
    tally["core"].add(n, len(core), len(core))
    right = sum(1 for gi, ei in match.items() if a["events"][gi]["status"] == got["events"][ei]["status"])
    tally["status"].add(right, len(match), len(match))
    hit = 0
    for gi, ei in match.items():
        g, left = a["events"][gi], list(fillers[ei])
        if g["status"] != got["events"][ei]["status"]:
            notes.append(f"STATUS  {g['type']} {g['roles']}: {g['status']}, got {got['events'][ei]['status']}")
        for role, f in g["roles"]:
            item = next((x for x in left if x[0] == role and same(f, x[1])), None)
            if item:
                hit += 1
                left.remove(item)
            else:
                notes.append(f"ROLE    {g['type']}.{role} = {f!r}")
    tally["role"].add(hit, sum(map(len, fillers)), sum(len(g["roles"]) for g in a["events"]))
    for gi, g in enumerate(a["events"]):
        if gi not in match:
            notes.append(f"NOEVENT {'core ' if g['core'] else ''}{g['type']} " + "; ".join("=".join(r) for r in g["roles"]))
    for ei, e in enumerate(got["events"]):
        if ei not in back:
            said = " / ".join(text[s["start"]:s["end"]] for s in e["evidence"])
            notes.append(f"XEVENT  {e['type']} from {said[:160]!r}")


def score_quotes(a, got, tally):
    if not a["quotes"]:
        return
    left = list(got["quotes"])
    hit = 0
    for _, said in a["quotes"]:
        spans = list(occurrences(a["text"], said))
        q = next((q for q in left if any(overlap(s, (q["start"], q["end"])) for s in spans)), None)
        if q:
            hit += 1
            left.remove(q)
    tally["quote"].add(hit, len(got["quotes"]), len(a["quotes"]))


# ---- running ----

class Server:
    """The program as a server for as long as it is asked: it loads its data once, not for each article."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--workers", "1"], stderr=subprocess.PIPE)
        first = self.process.stderr.readline().decode()
        found = re.search(r"http://[0-9.:]+", first)
        if not found:
            raise SystemExit(f"{program} does not start: {first}")
        self.url = found.group(0) + "/v1/analyze"
        threading.Thread(target=lambda: all(True for _ in self.process.stderr), daemon=True).start()

    def analyse(self, a, target):
        request = {"text": a["text"], "target_language": target}
        if a["published"]:
            request["published_at"] = a["published"]
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url, json.dumps(request).encode(), {"Content-Type": "application/json"}), timeout=120) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as bad:
            raise SystemExit(f"{a['id']}: {bad.read().decode()[-400:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def show(a, got):
    names = {e["id"]: e["name"] for e in got["entities"]}
    print(a["text"])
    for e in got["entities"]:
        print(f"  {e['type']:<13}{e['canonical_name']}  ({', '.join(sorted({m['text'] for m in e['mentions']}))}) {e.get('value', '')}")
    for e in got["events"]:
        roles = "; ".join(r + "=" + " & ".join(names[f["entity"]] if "entity" in f else f["text"] for f in fs) for r, fs in e["roles"].items())
        print(f"  * {e['type']} {e['status']} {e.get('date') or ''} {roles}")
    print("  >", got["summary"]["text"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nutgraf", default=os.environ.get("NUTGRAF", "build/nutgraf"))
    parser.add_argument("--target", default="en")
    for flag in ("--details", "--show", "--types", "--check", "--csv"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--only")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    whole_tally = {m: Tally() for m in MEASURES}
    with contextlib.nullcontext() if args.check else Server(args.nutgraf) as server:
        score(args, server, whole_tally)
    if len(args.files) > 1 and not args.csv and not args.check:
        report("all", whole_tally, {})


def score(args, server, whole_tally):
    for path in args.files:
        try:
            articles = parse(path)
        except Bad as bad:
            sys.exit(str(bad))
        if args.check:
            print(f"{path}: {len(articles)} articles, {sum(len(a['events']) for a in articles)} events, fine")
            continue
        tally, per_type = {m: Tally() for m in MEASURES}, defaultdict(Tally)
        for a in articles:
            if args.only and a["id"] != args.only:
                continue
            got, notes = server.analyse(a, args.target), []
            gold, found, stands = score_mentions(a, got, tally, per_type, notes)
            score_events(a, got, gold, found, stands, tally, per_type, notes)
            score_quotes(a, got, tally)
            if args.show:
                show(a, got)
            if args.details:
                print(f"== {a['id']}", *notes, sep="\n")
        for m in MEASURES:
            whole_tally[m].add(tally[m].hit, tally[m].got, tally[m].gold)
            if args.csv:
                print(f"{path},{m}," + ",".join(f"{x:.3f}" for x in tally[m].prf()))
        if not args.csv:
            report(path, tally, per_type if args.types else {})


def report(title, tally, per_type):
    print(f"{title:<40}{'P':>7}{'R':>7}{'F1':>7}   hits/found/gold")
    for name, t in [(m, tally[m]) for m in MEASURES] + sorted(per_type.items()):
        if t.got or t.gold:
            p, r, f = t.prf()
            print(f"  {name:<38}{p:>7.3f}{r:>7.3f}{f:>7.3f}   {t.hit}/{t.got}/{t.gold}")


if __name__ == "__main__":
    main()
