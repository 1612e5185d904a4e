#!/usr/bin/python3
"""The translation engine against numpy and SentencePiece.  tests/nmt/run.py BUILD; the last line sums up."""
import os
import shutil
import subprocess
import sys
import tempfile
import random

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build"))
NUTGRAF = os.path.join(BUILD, "nutgraf")
CLEAR = 0.01  # closer choices may go either way by the last bit of a float


def nutgraf(*args, text):
    return subprocess.run([NUTGRAF, "translate", *args], input=text, capture_output=True, check=True, encoding="utf-8").stdout.split("\n")[:-1]


def peak_memory(made):
    """Megabytes at most, loading included."""
    files = ["--model", os.path.join(made, "model.xxyy.intgemm.alphas.bin"), "--vocab", os.path.join(made, "vocab.xxyy.spm")]
    told = subprocess.run([NUTGRAF, "translate", "--time", *files], input="\n".join(sentences()), capture_output=True, check=True, encoding="utf-8").stderr
    used = float(told.split("peak memory ")[1].split()[0]) * 1.048576
    allowed = os.path.getsize(files[1]) / 1e6 + 30
    assert used <= allowed, (used, allowed)
    return f"{used:.1f} MB of {allowed:.1f} allowed"


def sentences():
    rng = random.Random(5)
    words = "die der und Bahn the stadt zug ein eine unter over train in st er en ung schnell langsam 12 345 a b c x y z überall".split()
    return [" ".join(rng.choices(words, k=rng.randint(1, 18))) for _ in range(300)]


def against_numpy(made):
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import reference
    model, vocab = os.path.join(made, "model.xxyy.intgemm.alphas.bin"), os.path.join(made, "vocab.xxyy.spm")
    net, lines = reference.Network(model), sentences()
    pieces = nutgraf("--pieces", "--vocab", vocab, text="\n".join(lines) + "\n")
    names = reference.read_pieces(vocab)
    ours = nutgraf("--model", model, "--vocab", vocab, "--batch", "7", text="\n".join(lines) + "\n")
    assert len(pieces) == len(ours) == len(lines)
    clear = 0
    for line, ids, got in zip(lines, pieces, ours):
        wanted, least = net.translate([int(i) for i in ids.split()] + [0], end=0, unknown=1)
        if least > CLEAR:
            clear += 1
            assert got == reference.text_of(wanted, names), (line, got, reference.text_of(wanted, names))
    assert clear > 100, clear
    return f"{clear} of {len(lines)} sentences have clear choices; all are equal"


def own_texts():
    """Texts of every script that the tree has."""
    found = []
    for folder in ("tests/quality/news", "tests/e2e/articles", "tests/articles", "data/lang"):
        for path, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(names):
                if name.endswith((".txt", ".conf")):
                    found += open(os.path.join(path, name), encoding="utf-8").read().split("\n")
    return [x.strip() for x in found if x.strip()]


ODD = ["ﬁne ﬂow ①②③ ｆｕｌｌ ｗｉｄｔｈ", "你好，世界。「」", "日本語のテキスト ｶﾞ", "Привет мир", "😀 👨‍👩‍👧 🇩🇪", "tab\tand  two  spaces ", "zero\u200bwidth soft\u00adhyphen",
       "no\u00a0break\u2009thin\u3000wide", "e\u0301 \u00e9", "1/2 ½ ℃ ㍿", "Tiếng Việt có dấu", "עברית العربية हिन्दी 한국어", "", " ", "\u2581 ▁x▁"]


def against_sentencepiece(work):
    texts = own_texts()
    with open(os.path.join(work, "text"), "w", encoding="utf-8") as f:
        f.writelines(x + "\n" for x in texts[:20000])
    for name, size, more in (("bytes", 8000, ["--byte_fallback"]), ("plain", 8000, [])):
        subprocess.run(["spm_train", "--bos_id=-1", "--eos_id=0", "--unk_id=1", "--user_defined_symbols=__a__,__b__", "--split_digits", "--minloglevel=2",
                        "--hard_vocab_limit=false", "--character_coverage=0.999", f"--vocab_size={size}", f"--input={work}/text", f"--model_prefix={work}/{name}", *more],
                       check=True, capture_output=True)
        lines = (ODD + texts)[:12000]
        text = "\n".join(lines) + "\n"
        theirs = subprocess.run(["spm_encode", f"--model={work}/{name}.model", "--output_format=id"], input=text, capture_output=True, check=True,
                                encoding="utf-8").stdout.split("\n")[:-1]
        ours = nutgraf("--pieces", "--vocab", f"{work}/{name}.model", text=text)
        assert len(theirs) == len(ours) == len(lines)
        for line, a, b in zip(lines, theirs, ours):
            assert a == b, (name, line, a, b)
    return f"{len(lines)} lines give the ids of spm_encode, with byte fallback and without"


def main():
    work, passed, failed, skipped = tempfile.mkdtemp(), 0, 0, 0
    subprocess.run([os.path.join(BUILD, "tests/unit/test_nmt")], check=True, env=dict(os.environ, NMT_MADE_DIR=work))
    try:
        import numpy  # noqa: F401
        has_numpy = True
    except ImportError:
        has_numpy = False
    for test, possible, missing in ((peak_memory, True, ""), (against_numpy, has_numpy, "python3-numpy"), (against_sentencepiece, shutil.which("spm_train"), "sentencepiece")):
        if not possible:
            print(f"skipped: {test.__name__}: {missing} is not installed")
            skipped += 1
            continue
        try:
            print(test.__name__ + ":", test(work))
            passed += 1
        except (AssertionError, subprocess.CalledProcessError) as e:
            print("FAIL", test.__name__, str(e)[:600], getattr(e, "stderr", "") or "")
            failed += 1
    shutil.rmtree(work)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
