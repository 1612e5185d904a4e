#!/usr/bin/env python3
"""How many events an analysis finds in text that is not news: web logs, reviews, travel guides, biographies, e-mail, encyclopaedia.

    tests/quality/calm.py [options] NAME=FILE ...     FILE: .conllu (its "# text" lines) or running text, a sentence a line
      --nutgraf PATH     the program (default: $NUTGRAF or build/nutgraf)
      --language TAG     of the texts (default: identified)
      --words N          no more words than that of each (default 100000); of Chinese, characters
      --details          every event, with its sentence
      --csv              a line a name: name,words an event
      --data FOLDER      the data folder

Some of these texts do tell news, so the figure is a bound, not the rate of false events. Python 3 standard library only.
"""
import argparse, json, os, subprocess, sys, tempfile


def sentences(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.strip()
            if path.endswith(".conllu"):
                if line.startswith("# text = "):
                    yield line[9:]
            elif line:
                yield line


def size(text):
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return han if han > len(text) / 3 else len(text.split())


def chunks(path, most):
    text, total = [], 0
    for s in sentences(path):
        total += size(s)
        text.append(s)
        if len(text) == 25:
            yield text
            text = []
        if total >= most:
            break
    if text:
        yield text


def analyse(options, text):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", delete=False) as f:
        f.write("\n\n".join(text))
    try:
        command = [options.nutgraf, "analyze"] + (["-l", options.language] if options.language else [])
        done = subprocess.run(command + [f.name], capture_output=True, timeout=120)
    finally:
        os.unlink(f.name)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def measure(options, name, path):
    words = events = 0
    for text in chunks(path, options.words):
        words += sum(size(s) for s in text)
        got = analyse(options, text)
        events += len(got.get("events", []))
        for e in got.get("events", []) if options.details else []:
            roles = "; ".join(f"{r}={' & '.join(str(f.get('text', f)) for f in (fs if isinstance(fs, list) else [fs]))}" for r, fs in e["roles"].items())
            body = "\n\n".join(text)
            spans = [v.get("text") or body[v["start"]:v["end"]] for v in e["evidence"]]
            print(f"{e['type']} {e['status']} {e['confidence']:.2f} [{e.get('rule', '')}] {roles}\n    {' / '.join(spans)}")
    return words, events


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--nutgraf", default=os.environ.get("NUTGRAF", "build/nutgraf"))
    p.add_argument("--language", default="")
    p.add_argument("--words", type=int, default=100000)
    p.add_argument("--details", action="store_true")
    p.add_argument("--csv", action="store_true")
    p.add_argument("files", nargs="+")
    options = p.parse_args()
    for item in options.files:
        name, _, path = item.rpartition("=")
        words, events = measure(options, name, path)
        rate = words // events if events else words
        print(f"{name or path},calm,,,{rate}" if options.csv else f"{name or path}: {events} events in {words} words, one in {rate}")


if __name__ == "__main__":
    main()
