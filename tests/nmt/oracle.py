#!/usr/bin/python3
"""Compares the translation engine with the original one (Bergamot, WebAssembly, by npm) line by line and prints a table.

  oracle.py --scripts DIR --package DIR [--work DIR] [--nutgraf FILE] [--batches 1,8,32] [--models mini,...] [--only-made]

--scripts  folder with make_model.py, reference.py and translate.mjs (models with made-up weights; see its README.md)
--package  node_modules/@browsermt/bergamot-translator
--work     where models and outputs are kept (they are made once)

Columns: lines; lines equal without a shortlist and with it, one line a request; then, for each batch size, without and with
it. On models of random weights the numpy reference's own share stands beside: scores are close there, and nobody gets all.

A line of a cipher model that differs is looked into: the numpy reference translates it, as it is and with noise of one unit in the
last place of the float32 that each product returns. Where the reference says what ours says, and with noise now this, now that, the
line does not depend on the model but on the order in which an engine adds up; nor does it where two words are closer than the scripts
ask of a test line (they choose lines one by one, and with a shortlist a batch has words of its own). Any other difference fails.
"""
import argparse
import difflib
import os
import subprocess
import sys

TRIALS = 300  # with noise, for a line that differs

MODELS = {  # name: (lines, arguments of make_model.py)
    "mini": (2000, ["--arch", "mini"]),
    "mini-two": (2000, ["--arch", "mini", "--split-vocab"]),
    "tiny": (2000, ["--arch", "tiny", "--vocab-size", "8000"]),
    "tiny-two": (2000, ["--arch", "tiny", "--vocab-size", "8000", "--split-vocab"]),
    "base-memory": (2000, ["--arch", "base-memory", "--vocab-size", "8000"]),
    "base-memory-two": (2000, ["--arch", "base-memory", "--vocab-size", "8000", "--split-vocab"]),
    "base": (2000, ["--arch", "base", "--vocab-size", "8000"]),
    "base-two": (2000, ["--arch", "base", "--vocab-size", "8000", "--split-vocab"]),
    "tiny-32000": (200, ["--arch", "tiny"]),
    "mini-random": (2000, ["--arch", "mini", "--style", "random"]),
    "tiny-random": (500, ["--arch", "tiny", "--style", "random"]),
}


def files(folder):
    """Options for either engine: model, vocabularies, shortlist."""
    at = lambda name: os.path.join(folder, name)  # noqa: E731
    split = os.path.exists(at("srcvocab.xxyy.spm"))
    return {"model": at("model.xxyy.intgemm.alphas.bin"),
            "vocab": at("srcvocab.xxyy.spm" if split else "vocab.xxyy.spm"),
            "target": at("trgvocab.xxyy.spm") if split else None,
            "shortlist": at("lex.50.50.xxyy.s2t.bin"), "lines": at("lines.txt")}


def run(command, source, target, env=None):
    with open(source, "rb") as i, open(target + ".part", "wb") as o:
        subprocess.run(command, stdin=i, stdout=o, check=True, env=env)
    os.rename(target + ".part", target)


def original(arg, f, folder, batch, shortlist):
    """The lines of the original engine, kept in the folder."""
    out = os.path.join(folder, f"wasm-{'s' if shortlist else 'n'}-{batch}.txt")
    if not os.path.exists(out):
        command = ["node", os.path.join(arg.scripts, "translate.mjs"), "--model", f["model"], "--vocab", f["vocab"],
                   "--batch", str(batch), "--ssplit", "sentence"]
        command += ["--trgvocab", f["target"]] if f["target"] else []
        command += ["--shortlist", f["shortlist"]] if shortlist else []
        run(command, f["lines"], out, dict(os.environ, BERGAMOT_PACKAGE=arg.package))
    return open(out, encoding="utf-8", newline="\n").read().split("\n")


def ours(arg, f, folder, batch, shortlist):
    out = os.path.join(folder, f"ours-{'s' if shortlist else 'n'}-{batch}.txt")
    command = [arg.nutgraf, "translate", "--model", f["model"], "--vocab", f["vocab"], "--batch", str(batch), "--limit", "batch"]
    command += ["--target-vocab", f["target"]] if f["target"] else []
    command += ["--shortlist", f["shortlist"]] if shortlist else []
    command += ["--kernel", arg.kernel] if arg.kernel else []
    run(command, f["lines"], out)
    return open(out, encoding="utf-8", newline="\n").read().split("\n")


def numpy_share(arg, f, folder, shortlist):
    """Equal lines of the numpy reference, as it prints them."""
    kept = os.path.join(folder, f"numpy-{'s' if shortlist else 'n'}.txt")
    if not os.path.exists(kept):
        command = [sys.executable, os.path.join(arg.scripts, "reference.py"), "--model", f["model"], "--vocab", f["vocab"],
                   "--against", os.path.join(folder, f"wasm-{'s' if shortlist else 'n'}-1.txt")]
        command += ["--trgvocab", f["target"]] if f["target"] else []
        command += ["--shortlist", f["shortlist"]] if shortlist else []
        with open(f["lines"], "rb") as i:
            done = subprocess.run(command, stdin=i, capture_output=True, check=True)
        with open(kept, "wb") as o:
            o.write((done.stdout + done.stderr).strip().split(b"\n")[-1])
    return open(kept, encoding="utf-8").read()


def equal(x, y):
    if len(x) != len(y):  # the original writes line ends that byte pieces spelled; ours are spaces
        blocks = difflib.SequenceMatcher(None, x, y, autojunk=False).get_matching_blocks()
        return sum(b.size for b in blocks) - 1
    return sum(a == b for a, b in zip(x[:-1], y[:-1]))


class Judge:
    """Decides whether a difference is one that the model decides."""

    def __init__(self, arg, f):
        sys.path.insert(0, arg.scripts)
        import numpy
        import reference
        self.numpy, self.f, self.plain = numpy, f, reference.Linear.__call__
        self.linear = reference.Linear
        self.t = reference.Translator(f["model"], f["vocab"], f["target"], f["shortlist"])
        self.lines = open(f["lines"], encoding="utf-8", newline="\n").read().split("\n")[:-1]

    def say(self, n, batch, shortlist):
        """The reference's text for line n, and how close two words came; with a shortlist the words are those of all lines of the batch."""
        np, t, rows, margins = self.numpy, self.t, None, []
        ids = t.segments(self.lines[n])
        if shortlist:
            first = n // batch * batch
            together = [i for line in self.lines[first:first + batch] for s in t.segments(line) for i in s]
            rows = t.shortlist.candidates(together, t.trgvocab.size, t.trgvocab is t.vocab)
        watch = lambda _, x: margins.append(float(np.diff(np.partition(x, -2)[-2:])[0]))  # noqa: E731
        text = "".join(t.trgvocab.decode(t.model.translate(s, t.trgvocab, rows, watch=watch)) for s in ids)
        return text.replace("\n", " "), min(margins)

    def undecided(self, n, batch, shortlist, theirs, mine):
        """None, or what was seen."""
        said, margin = self.say(n, batch, shortlist)
        if said != mine:
            return None
        if margin < self.t.model.dim ** 0.5 / 16:
            return f"numpy says ours; two words are only {margin:.3f} apart"
        rng, np, seen = self.numpy.random.default_rng(1), self.numpy, {}

        def noisy(linear, *args):
            y = self.plain(linear, *args)
            return (y * (1 + rng.choice([-1, 0, 1], size=y.shape) * np.float32(2 ** -23))).astype(np.float32)
        self.linear.__call__ = noisy
        for _ in range(TRIALS):
            said, _ = self.say(n, batch, shortlist)
            seen[said] = seen.get(said, 0) + 1
            if seen.get(theirs, 0) >= 3:
                break
        self.linear.__call__ = self.plain
        if theirs not in seen:
            return None
        return f"numpy says ours; with noise in the last bit {seen.get(mine, 0)} times ours, {seen[theirs]} times theirs"


def look_into(arg, f, name, pairs):
    """pairs: (batch, shortlist) -> theirs, ours. Prints what differs; the number of lines that the model decides."""
    judge, bad = None, 0
    for (batch, shortlist), (theirs, mine) in pairs.items():
        for n in range(len(theirs) - 1 if len(theirs) == len(mine) else 0):
            if theirs[n] != mine[n]:
                judge = judge or Judge(arg, f)
                why = judge.undecided(n, batch, shortlist, theirs[n], mine[n])
                bad += why is None
                print(f"  {name} b{batch}{'+lex' if shortlist else ''} line {n + 1}: {why or 'DIFFERS'}\n    theirs {theirs[n]}\n    ours   {mine[n]}")
    return bad


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--scripts", required=True)
    p.add_argument("--package", required=True)
    p.add_argument("--work", default="build/oracle")
    p.add_argument("--nutgraf", default="build/nutgraf")
    p.add_argument("--batches", default="1,8,32")
    p.add_argument("--models", default=",".join(MODELS))
    p.add_argument("--text", nargs="*", default=[])
    p.add_argument("--kernel")
    p.add_argument("--only-made", action="store_true", help="leave out models that would have to be made")
    arg = p.parse_args()
    batches = [int(b) for b in arg.batches.split(",")]
    print(f"{'model':16} {'lines':>5} " + " ".join(f"{'b' + str(b):>6} {'b' + str(b) + '+lex':>7}" for b in batches), flush=True)
    good = exact = True
    for name in arg.models.split(","):
        folder = os.path.join(arg.work, name)
        lines, options = MODELS[name]
        if not os.path.exists(os.path.join(folder, "about.json")):
            if arg.only_made:
                continue
            text = ["--text"] + arg.text if arg.text else []
            subprocess.run([sys.executable, os.path.join(arg.scripts, "make_model.py"), "--out", folder, "--lines", str(lines)]
                           + options + text, check=True, stdout=subprocess.DEVNULL)
        f = files(folder)
        count, row, pairs = open(f["lines"], "rb").read().count(b"\n"), [], {}
        for batch in batches:
            for shortlist in (False, True):
                pair = original(arg, f, folder, batch, shortlist), ours(arg, f, folder, batch, shortlist)
                row.append(equal(*pair))
                pairs[batch, shortlist] = pair
        random = "random" in name
        note = ""
        if random:
            note = "  numpy: " + numpy_share(arg, f, folder, False) + "; with shortlist " + numpy_share(arg, f, folder, True)
        print(f"{name:16} {count:5} " + " ".join(f"{a:6} {b:7}" for a, b in zip(row[::2], row[1::2])) + note, flush=True)
        if not random and any(n != count for n in row):
            lengths = any(len(a) != len(b) for a, b in pairs.values())
            bad = look_into(arg, f, name, pairs)
            exact, good = False, good and not bad and not lengths
    print("every line of every cipher model is equal" if exact else "every line that a cipher model decides is equal" if good else "NOT EQUAL")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
