#!/usr/bin/python3
"""Requests per second and latency of the server under load: bench/http.py [--seconds N] [--connections N]

Starts build/nutgraf (or $NUTGRAF) on a free port and asks with keep-alive connections from processes of its own.
The client shares the machine with the server and is written in Python: the figures are a lower bound.
One line per resource: requests, requests/s, p50, p95, p99 and slowest in milliseconds; failures are counted."""
import argparse
import multiprocessing
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = os.path.join(ROOT, "tests", "e2e")  # in place of this folder, where http.py would hide the library's http
from http11 import Client, request  # noqa: E402
from program import Server  # noqa: E402


def article(lang):
    with open(os.path.join(ROOT, "tests", "e2e", "articles", lang + ".txt"), "rb") as f:
        return f.read()


def resources():
    text = [("Content-Type", "text/plain")]
    yield "GET /healthz", [request("GET", "/healthz")]
    yield "POST /v1/analyze, 1.3 KB of German", [request("POST", "/v1/analyze?target_language=en", article("de"), text)]
    yield "POST /v1/analyze, four languages", [request("POST", "/v1/analyze?target_language=en", article(x), text) for x in ("de", "en", "zh", "vi")]
    yield "POST /v1/analyze, 15 KB of German", [request("POST", "/v1/analyze?target_language=en", article("de") * 11, text)]


def client(address, requests, until, queue):
    took, failed = [], 0
    with Client(address) as c:
        i = 0
        while time.monotonic() < until:
            started = time.monotonic()
            c.send(requests[i % len(requests)])
            failed += c.reply("POST").status != 200
            took.append(time.monotonic() - started)
            i += 1
    queue.put((took, failed))


def measure(address, requests, connections, seconds):
    queue = multiprocessing.Queue()
    started = time.monotonic()
    workers = [multiprocessing.Process(target=client, args=(address, requests, started + seconds, queue)) for _ in range(connections)]
    for w in workers:
        w.start()
    results = [queue.get() for _ in workers]
    for w in workers:
        w.join()
    spent = time.monotonic() - started
    return sorted(t for took, _ in results for t in took), sum(f for _, f in results), spent


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--connections", type=int, default=8)
    options = p.parse_args()
    server = Server("--log-format=off")
    print(f"{os.cpu_count()} cores, {options.connections} connections, {options.seconds:g} s each")
    print(f"{'':36} {'requests':>9} {'per s':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'max ms':>8} {'failed':>7}")
    for name, requests in resources():
        took, failed, spent = measure(server.address, requests, options.connections, options.seconds)
        at = [took[min(len(took) - 1, int(len(took) * q))] * 1e3 for q in (.5, .95, .99, 1)]
        print(f"{name:36} {len(took):9} {len(took) / spent:8.0f} " + " ".join(f"{x:8.2f}" for x in at) + f" {failed:7}")
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as f:
        print("".join(line for line in f if line.startswith(("VmRSS", "VmHWM"))), end="")
    sys.exit(server.stop())


if __name__ == "__main__":
    main()
