#!/usr/bin/env python3
"""Names beside the field's programs: people, organisations, places of the same texts in the same run, quality and speed.

    bench/recognise.py [options] [LANG ...]      default: de en vi zh
      --nutgraf PATH   the program (default: $NUTGRAF or build/nutgraf)
      --corenlp FOLDER with the jars of Stanford CoreNLP and its models (models, models-german, models-chinese)
      --sentences N    of each dev set of the named-entity data (default 600; 0: none), documents of 20
      --csv FILE       write the table there

Texts: the dev sets under ../shared/datasets (skipped aloud without it) and tests/quality/news/LANG/*.txt, our own. Scored: each mention,
span and type exact. Programs: nutgraf's server; CoreNLP's server with its models of the language as they come, from tokens to names, and in
English also without its fine-grained rules and dates; underthesea in this Python, Vietnamese. spaCy and Stanza fetch their models
from addresses of their own; what is not installed is told and left out. Speed is text by processor time of the
serving process, one request at a time, each text to every program in turn, after a warm-up. Python 3 standard library only.
"""
import os, sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = os.path.join(TOP, "tests/quality")  # not this folder, whose http.py would hide Python's

import argparse, glob, json, re, subprocess, time, unicodedata, urllib.parse, urllib.request  # noqa: E402
from collections import Counter  # noqa: E402

import names  # noqa: E402  the reader of the data sets
import score  # noqa: E402  the reader of annotated news

SETS = {"de": ["germeval14"], "en": ["uner-ewt"], "vi": ["vtb"], "zh": ["uner-gsd-hant", "uner-gsdsimp-hans"]}
KINDS = {"person", "organization", "location"}
WARM_UP = 5  # documents


def clock_of(pid):
    """Processor seconds of a process so far, its threads and ended children included."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return sum(int(f) for f in fields[11:15]) / os.sysconf("SC_CLK_TCK")


# ---- the programs: name, languages, names_in(text, lang) -> {(start, end, type)}, seconds() of processor time so far, stop() ----

class Nutgraf:
    def __init__(self, program):
        self.server = names.Server(program)
        version = subprocess.run([program, "version"], capture_output=True, text=True).stdout.split()
        self.name = "nutgraf " + (version[1] if len(version) > 1 else "")

    def names_in(self, text, lang):
        return {(m["start"], m["end"], e["type"]) for e in self.server.entities(text, lang) for m in e["mentions"] if e["type"] in KINDS}

    def seconds(self):
        return clock_of(self.server.process.pid)

    def stop(self):
        self.server.stop()


class CoreNlp:
    """CoreNLP's own server; its entity mentions, of whatever finer kind, as the three."""
    TYPES = {"PERSON": "person", "ORGANIZATION": "organization", "LOCATION": "location", "CITY": "location", "COUNTRY": "location",
             "STATE_OR_PROVINCE": "location", "GPE": "location", "FACILITY": "location"}
    PORT = 19341

    def __init__(self, folder, lang, plain=False):
        jar = sorted(glob.glob(os.path.join(folder, "stanford-corenlp-[0-9]*[0-9].jar")))[-1]
        version = re.search(r"corenlp-([0-9.]+)\.jar", jar)[1]
        self.name = f"CoreNLP {version}" + (", names alone" if plain else "")
        self.properties = {"outputFormat": "json", "annotators": {"de": "tokenize,ssplit,mwt,pos,ner"}.get(lang, "tokenize,ssplit,pos,lemma,ner")}
        if plain:
            self.properties.update({"ner.applyFineGrained": "false", "ner.useSUTime": "false", "ner.applyNumericClassifiers": "false"})
        port = self.PORT + plain
        command = ["java", "-Xmx6g", "-cp", os.path.join(folder, "*"), "edu.stanford.nlp.pipeline.StanfordCoreNLPServer", "-port", str(port), "-threads", "1", "-timeout", "300000",
                   "-quiet"]
        spoken = {"de": "german", "zh": "chinese"}.get(lang)
        command += ["-serverProperties", f"StanfordCoreNLP-{spoken}.properties"] if spoken else []
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{port}/?" + urllib.parse.urlencode({"properties": json.dumps(self.properties)})
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=2).read()
                return
            except OSError:
                time.sleep(0.5)
        sys.exit("bench/recognise.py: CoreNLP's server did not start")

    def names_in(self, text, lang):
        request = urllib.request.Request(self.url, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        found, at = set(), utf16_places(text)
        for sentence in json.load(urllib.request.urlopen(request, timeout=600))["sentences"]:
            for m in sentence.get("entitymentions", []):
                kind = self.TYPES.get(m["ner"])
                if kind and not (m["characterOffsetEnd"] - m["characterOffsetBegin"] <= 4 and m["text"].lower() in PRONOUNS):
                    found.add((at[m["characterOffsetBegin"]], at[m["characterOffsetEnd"]], kind))
        return found

    def seconds(self):
        return clock_of(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait()


PRONOUNS = {"he", "she", "his", "her", "him", "hers"}  # CoreNLP gives them as mentions, too


def utf16_places(text):
    """For an offset in UTF-16 units, as Java counts, the code point's."""
    at = []
    for i, c in enumerate(text):
        at += [i] * (2 if ord(c) > 0xFFFF else 1)
    return at + [len(text)]


class Underthesea:
    """In this process: its tags of words, put back into the text one behind the other."""
    TYPES = {"PER": "person", "ORG": "organization", "LOC": "location"}

    def __init__(self):
        import underthesea
        self.ner, self.name = underthesea.ner, f"underthesea {underthesea.__version__}"

    def names_in(self, text, lang):
        found, base = set(), 0
        for line in text.split("\n"):
            at, spans = 0, []
            for word, _, _, tag in self.ner(line) if line.strip() else []:
                pattern = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", word).split()))
                place = re.compile(pattern).search(line, at)
                if not place:
                    continue
                at = place.end()
                kind = self.TYPES.get(tag[2:])
                if kind and (tag[0] == "B" or not spans):
                    spans.append([place.start(), at, kind])
                elif kind:
                    spans[-1][1] = at
            found |= {(s + base, e + base, k) for s, e, k in spans}
            base += len(line) + 1
        return found

    def seconds(self):
        return time.process_time()

    def stop(self):
        pass


# ---- the texts ----

def sets_of(lang, most):
    """(set's name, [(text, gold)])"""
    folder = os.path.join(TOP, "../shared/datasets/ner", lang)
    for name in SETS[lang] if most else []:
        if not os.path.isdir(folder):
            print(f"names: {lang}/{name} SKIPPED, no data sets beside the project", file=sys.stderr)
            continue
        sentences = names.read(os.path.join(folder, f"{name}.dev.conll"))[:most]
        raw = os.path.join(folder, f"{name}.dev.raw.txt")
        raws = open(raw, encoding="utf-8").read().split("\n") if os.path.exists(raw) else []
        raws += [""] * len(sentences)
        documents = []
        for first in range(0, len(sentences), 20):
            text, gold = "", set()
            for i in range(first, min(first + 20, len(sentences))):
                line, starts = names.running(sentences[i], raws[i], lang in names.CHARACTERS, False)
                gold |= {(s + len(text), e + len(text), t) for s, e, t in names.gold_of(sentences[i], starts)}
                text += line + "\n\n"
            documents.append((text, gold))
        yield name, documents
    for path in sorted(glob.glob(os.path.join(TOP, "tests/quality/news", lang, "*.txt"))):
        documents = []
        for a in score.parse(path):
            spans = {(s, e, a["entities"][i]["type"]) for (s, e), i in score.gold_spans(a).items()}
            documents.append((a["text"], {s for s in spans if s[2] in KINDS}))
        yield "news/" + os.path.basename(path)[:-4], documents


def programs_for(lang, options):
    programs = [Nutgraf(options.nutgraf)]
    if options.corenlp and lang != "vi":
        programs.append(CoreNlp(options.corenlp, lang))
        if lang == "en":
            programs.append(CoreNlp(options.corenlp, lang, plain=True))
    elif lang != "vi":
        print("names: CoreNLP SKIPPED, no --corenlp FOLDER", file=sys.stderr)
    if lang == "vi":
        try:
            programs.append(Underthesea())
        except ImportError:
            print("names: underthesea SKIPPED, not installed in this Python", file=sys.stderr)
    return programs


def measure(lang, options, rows):
    programs = programs_for(lang, options)
    sets = [s for s in sets_of(lang, options.sentences) if s[1]]
    for text, _ in sets[0][1][:WARM_UP]:
        for p in programs:
            p.names_in(text, lang)
    for name, documents in sets:
        tally, spent = {p: Counter() for p in programs}, Counter()
        for text, gold in documents:
            for p in programs:
                before = p.seconds()
                found = p.names_in(text, lang)
                spent[p] += p.seconds() - before
                tally[p].update(gold=len(gold), found=len(found), hit=len(found & gold))
        letters = sum(len(text) for text, _ in documents)
        for p in programs:
            t = tally[p]
            precision, recall = t["hit"] / max(1, t["found"]), t["hit"] / max(1, t["gold"])
            ratio = spent[p] / max(spent[programs[0]], 0.01)
            rows.append([lang, name, p.name, f"{names.f1(t):.3f}", f"{precision:.3f}", f"{recall:.3f}", f"{letters / max(spent[p], 0.01):.0f}", f"{ratio:.1f}"])
            print("{:3} {:22} {:28} F1 {}  P {}  R {}  {:>9} characters/s  time x {}".format(*rows[-1]), flush=True)
    for p in programs:
        p.stop()


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("languages", nargs="*")
    p.add_argument("--nutgraf", default=os.environ.get("NUTGRAF", os.path.join(TOP, "build/nutgraf")))
    p.add_argument("--corenlp")
    p.add_argument("--sentences", type=int, default=600)
    p.add_argument("--csv")
    options = p.parse_args()
    rows = []
    for lang in options.languages or sorted(SETS):
        measure(lang, options, rows)
    if options.csv:
        with open(options.csv, "w", encoding="utf-8") as f:
            f.write("# One run of bench/recognise.py, " + time.strftime("%Y-%m-%d") + "; texts of tests/quality/news and of the named-entity data (dev); time: processor time, by nutgraf's.\n"
                    "language,set,program,f1,precision,recall,characters_per_second,time_ratio\n")
            f.writelines(",".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
