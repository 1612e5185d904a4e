#!/usr/bin/python3
"""Speed beside the original engine, in one run: the same model, lines and batch, one thread; rounds take turns and the best counts.

Two figures: words a second by the clock, as either program tells it, and by processor time, which other work on the machine
disturbs less: that of all lines less that of the first 20, so that neither loading nor the other's compiler is in it.

  speed.py --scripts DIR --package DIR --model-dir DIR [--nutgraf FILE] [--rounds 3] [--batches 1,8,32] [--kernels avx512,avx2]
"""
import argparse
import os
import re
import resource
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from oracle import files  # noqa: E402


def processor(command, data, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(command, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, env=env).stderr.decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, told.strip()


def measure(command, lines, env):
    """words a second by the clock and by processor time; what the program said"""
    few = b"".join(lines[:20])
    much, told = processor(command, b"".join(lines), env)
    words = sum(len(line.split()) for line in lines[20:])
    return float(re.search(r"([\d.]+) source words/s", told)[1]), words / max(much - processor(command, few, env)[0], 1e-3), told


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--scripts", required=True)
    p.add_argument("--package", required=True)
    p.add_argument("--model-dir", required=True)
    p.add_argument("--nutgraf", default="build/nutgraf")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--batches", default="1,8,32")
    p.add_argument("--kernels", default="")
    arg = p.parse_args()
    f = files(arg.model_dir)
    batches = [int(b) for b in arg.batches.split(",")]
    files_ours = ["--model", f["model"], "--vocab", f["vocab"]] + (["--target-vocab", f["target"]] if f["target"] else [])
    files_theirs = ["--model", f["model"], "--vocab", f["vocab"]] + (["--trgvocab", f["target"]] if f["target"] else [])
    runs = {}
    for b in batches:
        runs["original", b] = ["node", os.path.join(arg.scripts, "translate.mjs"), "--time", "--ssplit", "sentence", "--batch", str(b)] + files_theirs
        for k in arg.kernels.split(",") if arg.kernels else [""]:
            more = ["--kernel", k] if k else []
            runs[k or "fastest", b] = [arg.nutgraf, "translate", "--time", "--threads", "1", "--batch", str(b)] + more + files_ours
            if b == batches[-1]:
                runs[(k or "fastest") + " x2", b] = [arg.nutgraf, "translate", "--time", "--threads", "2", "--batch", str(max(1, b // 2))] + more + files_ours
    best, used, last = {}, {}, {}
    env = dict(os.environ, BERGAMOT_PACKAGE=arg.package)
    lines = open(f["lines"], "rb").read().splitlines(keepends=True)
    for _ in range(arg.rounds):
        for key, command in runs.items():
            clock, cpu, last[key] = measure(command, lines, env)
            best[key], used[key] = max(clock, best.get(key, 0)), max(cpu, used.get(key, 0))
    most = [max(v for (name, _), v in x.items() if name == "original") for x in (best, used)]
    print(f"{'':12} {'batch':>5} {'words/s':>8} {'x same batch':>12} {'x its best':>10} | by processor time, the same")
    for (name, b), v in best.items():
        w = used[name, b]
        print(f"{name:12} {b:5} {v:8.1f} {v / best['original', b]:12.1f} {v / most[0]:10.1f} | {w:8.1f} {w / used['original', b]:12.1f} {w / most[1]:10.1f}")
    for name in sorted({n for n, _ in best}):
        print(name, last[name, batches[-1]])


if __name__ == "__main__":
    main()
