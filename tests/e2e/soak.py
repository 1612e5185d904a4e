#!/usr/bin/env python3
"""A long mixed load on one server: `make soak`, SOAK_SECONDS (600). Good requests must give the very bytes they gave at first; bad ones a
problem; and the server must hold no more memory and no more descriptors at the end than when it was warm. Last line: N passed, N failed."""
import json
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from http11 import Client, Closed, request  # noqa: E402
from program import ROOT, Server  # noqa: E402

ANALYZE, EXTRACT = "/v1/analyze", "/v1/extract"
JSON, TEXT, HTML = ("Content-Type", "application/json"), ("Content-Type", "text/plain; charset=utf-8"), ("Content-Type", "text/html; charset=utf-8")
WORKERS = 8
GROWTH = 1.10  # memory at the end against memory when warm


def files(folder, end):
    for where, _, names in os.walk(os.path.join(ROOT, folder)):
        for name in sorted(names):
            if name.endswith(end):
                with open(os.path.join(where, name), "rb") as f:
                    yield f.read()


def good_requests():
    texts = list(files("tests/articles", ".txt")) + list(files("tests/e2e/articles", ".txt"))
    for i, text in enumerate(texts):
        for target in ("en", "de", "zh-Hans", "vi"):
            yield request("POST", f"{ANALYZE}?target_language={target}", text, (TEXT,))
        yield request("POST", ANALYZE, json.dumps({"text": text.decode(), "features": ["entities"], "offset_encoding": "utf16"}).encode(), (JSON,))
    for page in list(files("tests/golden/html", ".html"))[:12]:
        yield request("POST", EXTRACT, page, (HTML,))
        yield request("POST", ANALYZE, page, (HTML,))
    long = b"\n\n".join(texts * 40)[:400_000].decode("utf-8", "ignore").encode()
    yield request("POST", ANALYZE, long, (TEXT,))
    yield request("GET", "/v1/languages")


def bad_requests(r):
    noise = bytes(r.randrange(256) for _ in range(r.randrange(1, 4000)))
    yield 400, request("POST", ANALYZE, b'{"text": ' + noise, (JSON,))
    yield 400, request("POST", ANALYZE, b'{"text": "a", "target_language": 7}', (JSON,))
    yield 415, request("POST", ANALYZE, noise, (("Content-Type", "image/png"),))
    yield 404, request("GET", "/v1/" + "".join(r.choice("abcdef/%") for _ in range(40)).replace("%", "%41"))
    yield 405, request("DELETE", ANALYZE)


class Soak:
    def __init__(self, server, seconds):
        self.server, self.end = server, time.monotonic() + seconds
        self.good = list(good_requests())
        self.first, self.count, self.wrong = [None] * len(self.good), 0, []
        self.lock = threading.Lock()

    def complain(self, what):
        with self.lock:
            self.wrong.append(what)

    def ask(self, client, data, method):
        client.send(data)
        reply = client.reply(method)
        with self.lock:
            self.count += 1
        return reply

    def once(self, r):
        """One client's visit: some requests on a connection, or one of the ways clients misbehave."""
        client = Client(self.server.address, timeout=60)
        try:
            what = r.random()
            if what < 0.70:
                for _ in range(r.randrange(1, 6)):
                    i = r.randrange(len(self.good))
                    reply = self.ask(client, self.good[i], "POST")
                    said = (reply.status, reply.body if reply.status == 200 else None)
                    if reply.status not in (200, 400, 422):  # some pages are no articles, or in no language that is analysed
                        self.complain(f"good request {i}: {reply.status} {reply.body[:200]}")
                    elif self.first[i] is None:
                        self.first[i] = said
                    elif self.first[i] != said:
                        self.complain(f"good request {i}: not what it was at first ({reply.status})")
            elif what < 0.90:
                status, data = r.choice(list(bad_requests(r)))
                reply = self.ask(client, data, "POST")
                if reply.status != status:
                    self.complain(f"{data[:120]}: {reply.status}, not {status}")
            elif what < 0.95:  # leaves in the middle of a body
                data = r.choice(self.good)
                client.send(data[:r.randrange(1, len(data))])
            else:  # leaves without reading the answer
                client.send(r.choice(self.good))
        finally:
            client.socket.close()

    def work(self, seed):
        r = random.Random(seed)
        while time.monotonic() < self.end and len(self.wrong) < 20:
            try:
                self.once(r)
            except (Closed, OSError) as e:
                self.complain(repr(e))

    def run(self):
        threads = [threading.Thread(target=self.work, args=(seed,)) for seed in range(WORKERS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()


def state(pid):
    with open(f"/proc/{pid}/status") as f:
        rss = next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))
    return rss, len(os.listdir(f"/proc/{pid}/fd"))


def main():
    seconds = float(os.environ.get("SOAK_SECONDS", "600"))
    server = Server("--log-format=off", "--queue=1000")
    Soak(server, min(60, seconds / 4)).run()  # warm: every worker has seen its largest article
    time.sleep(1)
    warm, warm_fds = state(server.process.pid)
    soak = Soak(server, seconds)
    soak.run()
    time.sleep(2)
    rss, fds = state(server.process.pid)
    checks = {"answers are as they should be": not soak.wrong, f"memory {warm} -> {rss} kB": rss <= warm * GROWTH,
              f"descriptors {warm_fds} -> {fds}": fds <= warm_fds + 2, "ends with code 0": server.stop(signal.SIGTERM) == 0}
    for line in soak.wrong[:20]:
        print(line)
    for name, good in checks.items():
        print("ok  " if good else "FAIL", name)
    print(f"{soak.count} answers in {seconds:.0f} s")
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    return not all(checks.values())


if __name__ == "__main__":
    sys.exit(main())
