#!/usr/bin/python3
"""nutgraf models pull, list, verify, remove, and the server over what they install, against a registry on loopback.

    tests/models/run.py BUILD      the last line is 'N passed, N failed'"""
import gzip
import hashlib
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build")
NUTGRAF = os.path.join(BUILD, "nutgraf")
tests = []


def test(f):
    tests.append(f)
    return f


class Registry:
    """Serves paths from memory. mode: what goes wrong with the model's file."""

    def __init__(self, made):
        self.files, self.mode, self.asked = {}, "well", []
        body = {"model": open(os.path.join(made, "model.xxyy.intgemm.alphas.bin"), "rb").read(),
                "vocab": open(os.path.join(made, "vocab.xxyy.spm"), "rb").read(),
                "lex": open(os.path.join(made, "lex.50.50.xxyy.s2t.bin"), "rb").read()}
        self.model = body["model"]
        for name, data in body.items():
            self.files["/models/" + name + ".gz"] = gzip.compress(data, mtime=0)
        entry = {"architecture": "tiny", "releaseStatus": "Release", "files": {
            "model": {"path": "models/model.gz", "uncompressedSize": len(self.model),
                      "uncompressedHash": hashlib.sha256(self.model).hexdigest()},
            "vocab": {"path": "models/vocab.gz"}, "lexicalShortlist": {"path": "models/lex.gz"}}}
        pair = lambda s, t: [dict(entry, sourceLanguage=s, targetLanguage=t)]  # noqa: E731
        self.list = {"generated": "2024-01-01T00:00:00Z", "baseUrl": "http://127.0.0.1:9/unused", "models": {
            "de-en": pair("de", "en"), "en-de": pair("en", "de"), "en-vi": pair("en", "vi"), "vi-en": pair("vi", "en")}}
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *a):
                pass

            def do_GET(self):
                registry.answer(self)

        http.server.ThreadingHTTPServer.handle_error = lambda *a: None  # clients that leave are part of the tests
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/db/models.json"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, h):
        self.asked.append((h.path, h.headers.get("Range")))
        if h.path == "/db/models.json":
            data = b"<html>hello</html>" if self.mode == "html" else json.dumps(self.list).encode()
            return self.send(h, 200, data)
        data = self.files.get(h.path)
        if data is None or self.mode == "missing":
            return self.send(h, 404, b"no")
        is_model = h.path.endswith("model.gz")
        if is_model and self.mode == "corrupt":
            data = data[:5000] + bytes([data[5000] ^ 255]) + data[5001:]
        if is_model and self.mode == "other":
            data = gzip.compress(self.model[:-1] + b"x", mtime=0)
        if is_model and self.mode == "not a model":
            data = gzip.compress(b"x" * 5000, mtime=0)
        m = re.match(r"bytes=(\d+)-", h.headers.get("Range") or "")
        start = int(m[1]) if m and self.mode != "no ranges" else 0
        if start >= len(data):
            return self.send(h, 416, b"")
        cut = max(0, len(data) // 3 - start) if is_model and self.mode == "cut" else None
        self.send(h, 206 if m and self.mode != "no ranges" else 200, data[start:], start, len(data), cut)

    def send(self, h, status, data, start=0, whole=0, cut=None):
        h.send_response(status)
        h.send_header("Content-Length", str(len(data)))
        if status == 206:
            h.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        h.end_headers()
        h.wfile.write(data[:cut] if cut is not None else data)
        if cut is not None:
            h.wfile.flush()
            h.close_connection = True
            h.connection.shutdown(2)


class World:
    """A registry, an empty folder of models, and a way to run the program on them."""

    def __init__(self, made):
        self.registry, self.dir = Registry(made), tempfile.mkdtemp()
        self.env = dict(os.environ, NUTGRAF_MODELS=self.dir, NUTGRAF_MODELS_REGISTRY=self.registry.url,
                        NUTGRAF_DATA=os.path.join(ROOT, "data"))
        for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            self.env.pop(proxy, None)

    def run(self, *args, text="", code=0):
        p = subprocess.run([NUTGRAF, *args], input=text, capture_output=True, encoding="utf-8", env=self.env, timeout=120)
        assert p.returncode == code, f"{args}: {p.returncode}, not {code}\n{p.stdout}{p.stderr}"
        assert "Sanitizer" not in p.stderr, p.stderr
        return p.stdout + p.stderr

    def there(self):
        return sorted(n for n in os.listdir(self.dir) if n != ".lock")

    def close(self):
        self.registry.server.shutdown()
        shutil.rmtree(self.dir)


class Server:
    def __init__(self, world, *flags):
        self.p = subprocess.Popen([NUTGRAF, "serve", "--listen=127.0.0.1:0", "--fetch=off", *flags], env=world.env, stderr=subprocess.PIPE)
        line = self.p.stderr.readline().decode()
        m = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert m, line
        self.url = m[0]
        threading.Thread(target=self.p.stderr.read, daemon=True).start()

    def ask(self, path, body=None, kind="application/json"):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        r = urllib.request.Request(self.url + path, data, {"Content-Type": kind} if data is not None else {})
        try:
            with urllib.request.urlopen(r, timeout=60) as reply:
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read())

    def stop(self):
        self.p.send_signal(signal.SIGTERM)
        assert self.p.wait(60) == 0


# ---- pulling ----

@test
def a_pair_is_pulled_listed_verified_and_removed(w):
    w.run("models", "pull", "-q", "de-en")
    assert w.there() == ["de-en"], w.there()
    assert sorted(os.listdir(w.dir + "/de-en")) == ["manifest.conf", "model.deen.intgemm.alphas.bin", "vocab.deen.spm"]
    assert "de-en\ttiny" in w.run("models", "list")
    assert "well" in w.run("models", "verify", "de-en")
    assert "en-vi\ttiny (Release)" in w.run("models", "list", "--available")
    w.run("models", "remove", "de-en")
    assert w.there() == []
    w.run("models", "remove", "de-en", code=1)


@test
def a_language_is_both_ways(w):
    w.run("models", "pull", "-q", "--shortlist", "vi")
    assert w.there() == ["en-vi", "vi-en"]
    assert "lex.50.50.vien.s2t.bin" in os.listdir(w.dir + "/vi-en")
    w.run("models", "verify")


@test
def a_cut_download_goes_on_where_it_stopped(w):
    w.registry.mode = "cut"
    w.run("models", "pull", "-q", "--timeout=2", "de-en", code=1)
    assert "de-en" not in w.there()
    had = [os.path.getsize(os.path.join(w.dir, ".partial", n)) for n in os.listdir(w.dir + "/.partial")]
    assert max(had) > 1000
    w.registry.mode, w.registry.asked = "well", []
    w.run("models", "pull", "-q", "de-en")
    ranges = [r for path, r in w.registry.asked if path.endswith("model.gz")]
    assert ranges and ranges[0] == f"bytes={max(had)}-", ranges
    assert w.there() == ["de-en"]
    w.run("models", "verify", "de-en")


@test
def a_server_without_ranges_is_asked_from_the_start(w):
    w.registry.mode = "cut"
    w.run("models", "pull", "-q", "--timeout=2", "de-en", code=1)
    w.registry.mode = "no ranges"
    w.run("models", "pull", "-q", "de-en")
    w.run("models", "verify", "de-en")


@test
def broken_downloads_install_nothing(w):
    for mode, word in (("corrupt", "unpack"), ("other", "checksum"), ("not a model", "bytes"), ("missing", "404"), ("html", "no list")):
        w.registry.mode = mode
        said = w.run("models", "pull", "-q", "de-en", code=1)
        assert word in said, (mode, said)
        assert w.there() == [], (mode, w.there())


@test
def a_broken_download_leaves_the_installed_model_alone(w):
    w.run("models", "pull", "-q", "de-en")
    w.registry.mode = "other"
    w.run("models", "pull", "-q", "de-en", code=1)
    assert "well" in w.run("models", "verify", "de-en")
    w.registry.mode = "well"
    w.run("models", "pull", "-q", "de-en")  # over it
    assert w.there() == ["de-en"]
    assert "well" in w.run("models", "verify", "de-en")


@test
def a_resumed_download_of_another_version_is_begun_anew(w):
    w.registry.mode = "cut"
    w.run("models", "pull", "-q", "--timeout=2", "de-en", code=1)
    w.registry.mode = "well"
    part = os.path.join(w.dir, ".partial", os.listdir(w.dir + "/.partial")[0])
    data = open(part, "rb").read()
    open(part, "wb").write(b"#" * len(data))
    w.run("models", "pull", "-q", "de-en")
    assert "well" in w.run("models", "verify", "de-en")


@test
def an_unreachable_registry_is_said(w):
    said = w.run("models", "pull", "-q", "--registry=http://127.0.0.1:9/db/models.json", "de-en", code=1)
    assert "nothing was installed" in said, said
    assert "has no model" in w.run("models", "pull", "-q", "xx-yy", code=1)
    w.run("models", "pull", "-q", "../x", code=1)
    w.run("models", "pull", "-q", "--registry=file:///etc/passwd", "de-en", code=1)


@test
def a_folder_that_cannot_be_written_is_said(w):
    said = w.run("models", "pull", "-q", "--dir=" + __file__ + "/below", "de-en", code=1)
    assert "cannot be made" in said, said


@test
def a_full_disk_is_said_and_harms_nothing(w):
    w.run("models", "pull", "-q", "de-en")
    for kilobytes in (4, 30, 70, 100):  # while fetching, while unpacking; the model has 97, packed 62
        p = subprocess.run(["bash", "-c", f"trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"", "-", NUTGRAF, "models", "pull", "-q", "de-en"],
                           capture_output=True, encoding="utf-8", env=w.env, timeout=60)
        if kilobytes < 97:
            assert p.returncode == 1 and "cannot write" in p.stderr and "nothing was installed" in p.stderr, (kilobytes, p.returncode, p.stderr)
            assert w.there() == ["de-en"] or w.there() == [".partial", "de-en"], w.there()
        else:
            assert p.returncode == 0, p.stderr
        assert "well" in w.run("models", "verify", "de-en")


@test
def pulls_at_once_do_not_meet(w):
    pulls = [subprocess.Popen([NUTGRAF, "models", "pull", "-q", pair], env=w.env, stderr=subprocess.PIPE, encoding="utf-8")
             for pair in ("de-en", "en-de", "vi-en", "en-vi", "de-en", "vi-en")]
    for p in pulls:
        said = p.communicate(timeout=60)[1]
        assert p.returncode == 0, said
    assert w.there() == ["de-en", "en-de", "en-vi", "vi-en"], w.there()
    w.run("models", "verify")


@test
def a_changed_file_does_not_verify(w):
    w.run("models", "pull", "-q", "de-en")
    path = w.dir + "/de-en/vocab.deen.spm"
    data = bytearray(open(path, "rb").read())
    data[20] ^= 1
    open(path, "wb").write(data)
    assert "is not the file" in w.run("models", "verify", "de-en", code=1)


# ---- translating with what is installed ----

@test
def the_command_line_goes_by_pair(w):
    w.run("models", "pull", "-q", "de", "en-vi")
    out = w.run("translate", "de-en", text="die bahn\n\nin der stadt\n")
    assert out.count("\n") == 3 and out.split("\n")[0] and not out.split("\n")[1], out
    assert w.run("translate", "de-vi", text="die bahn\n").strip()
    assert "no translator" in w.run("translate", "fr-vi", text="le train\n", code=1)


@test
def the_server_takes_up_and_forgets_models(w):
    s = Server(w, "--libretranslate=on")
    ask = {"text": "die bahn und die stadt", "source": "de", "target": "en", "alignment": True}
    status, j = s.ask("/v1/translate", ask)
    assert status == 422 and j["type"].endswith("no-translator"), j
    w.run("models", "pull", "-q", "de", "en-vi")
    status, j = s.ask("/v1/translate", ask)
    assert status == 200 and j["by"] == "engine" and len(j["sentences"]) == 1, j
    one = j["sentences"][0]
    assert one["translation"] and one["check"] in ("good", "garbled", "unchanged", "number")
    assert one["alignment"]
    for x in one["alignment"]:
        assert 0 <= x["start"] < x["end"] <= len(one["translation"]) and 0 <= x["source_start"] < x["source_end"] <= len(ask["text"])
    status, j = s.ask("/v1/translate", {"sentences": ["die bahn", "in der stadt"], "source": "de", "target": "vi"})
    assert status == 200 and j["through"] == "en" and len(j["sentences"]) == 2, j
    langs = {x["code"]: x["translates_to"] for x in s.ask("/v1/languages")[1]["languages"]}
    assert sorted(langs["de"]) == ["en", "vi"] and langs["fr"] == [], langs
    status, j = s.ask("/translate", {"q": "die bahn", "source": "de", "target": "en"})
    assert status == 200 and isinstance(j["translatedText"], str)
    status, j = s.ask("/translate", b"q=die+bahn%20und&source=de&target=en", "application/x-www-form-urlencoded")
    assert status == 200 and j["translatedText"]
    status, j = s.ask("/translate", {"q": ["die bahn", "stadt"], "source": "de", "target": "en"})
    assert status == 200 and len(j["translatedText"]) == 2
    status, j = s.ask("/translate", {"q": "Die Bahn hat in der Stadt viele neue Mitarbeiter eingestellt.", "source": "auto", "target": "en"})
    assert status == 200 and j["detectedLanguage"]["language"] == "de", j
    html = "<!-- x --><p class=a>die <b>bahn</b> und die <a href='/u?a=1&amp;b=2'>stadt</a></p><script>a < b</script><br><img src=x>"
    status, j = s.ask("/translate", {"q": html, "source": "de", "target": "en", "format": "html"})
    made = j["translatedText"]
    assert status == 200 and re.match(r"<!-- x --><p class=a>.*</p><script>a < b</script><br><img src=x>$", made, re.S), made
    assert "<b>" in made and "<a href='/u?a=1&amp;b=2'>" in made and made.count("<b>") == made.count("</b>"), made
    status, j = s.ask("/translate", {"q": "<p>Die Bahn hat in der <b>Stadt</b> viele neue Mitarbeiter eingestellt.</p>", "source": "auto", "target": "en", "format": "html"})
    assert status == 200 and j["detectedLanguage"]["language"] == "de", j
    status, j = s.ask("/translate", {"q": "x", "source": "de", "target": "en", "format": "pdf"})
    assert status in (400, 415, 422) and "text or html" in j["error"], (status, j)
    status, j = s.ask("/translate", {"source": "de", "target": "en"})
    assert status == 400 and "q" in j["error"], j
    status, j = s.ask("/translate", {"q": "x", "source": "de", "target": "ja"})
    assert status == 422 and j["error"], j
    status, j = s.ask("/detect", {"q": "Die Bahn hat in der Stadt viele neue Mitarbeiter eingestellt."})
    assert status == 200 and j[0]["language"] == "de" and j[0]["confidence"] > 50, j
    status, j = s.ask("/languages")
    assert {x["code"]: sorted(x["targets"]) for x in j}["de"] == ["de", "en", "vi"], j
    w.run("models", "remove", "de-en")
    status, j = s.ask("/v1/translate", ask)
    assert status == 422, j
    s.stop()


@test
def libretranslate_is_off_by_default(w):
    s = Server(w)
    status, j = s.ask("/translate", {"q": "x", "target": "en"})
    assert status == 404 and j["type"].endswith("not-found"), j
    assert s.ask("/languages")[0] == 404
    s.stop()


@test
def memory_has_a_limit(w):
    w.run("models", "pull", "-q", "de", "vi")
    s = Server(w, "--models-memory=300Ki")  # one of them
    for pair in (("de", "en"), ("vi", "en"), ("de", "en"), ("en", "vi")):
        status, j = s.ask("/v1/translate", {"sentences": ["die bahn"], "source": pair[0], "target": pair[1]})
        assert status == 200, j
    s.stop()
    s = Server(w, "--models-memory=10Ki")
    status, j = s.ask("/v1/translate", {"sentences": ["die bahn"], "source": "de", "target": "en"})
    assert status == 413 and "MB" in j["detail"], j
    s.stop()


@test
def requests_at_once_get_the_same(w):
    w.run("models", "pull", "-q", "de-en")
    s = Server(w, "--models-preload=all", "--workers=4")
    got = []

    def one():
        got.append(json.dumps(s.ask("/v1/translate", {"sentences": ["die bahn und die stadt", "ein satz"], "source": "de", "target": "en"})))

    threads = [threading.Thread(target=one) for _ in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(got) == 12 and len(set(got)) == 1, set(got)
    s.stop()


@test
def a_broken_model_is_a_clear_error(w):
    w.run("models", "pull", "-q", "de-en")
    path = w.dir + "/de-en/model.deen.intgemm.alphas.bin"
    open(path, "r+b").truncate(30000)
    said = w.run("translate", "de-en", text="die bahn\n", code=1)
    assert "the file ends" in said, said
    s = Server(w)
    status, j = s.ask("/v1/translate", {"text": "die bahn", "source": "de", "target": "en"})
    assert status == 500 and j["type"].endswith("bad-model-file"), j
    assert s.ask("/livez")[0] == 200
    s.stop()


@test
def a_request_that_is_wrong_is_told_so(w):
    s = Server(w)
    for body, slug in (({"text": "x"}, "invalid-value"), ({"target": "en"}, "empty-text"), ({"text": "x", "target": 3}, "wrong-type"),
                       ({"text": "x", "target": "en", "no": 1}, "unknown-field"), ({"sentences": "x", "target": "en"}, "wrong-type"),
                       ({"sentences": [1], "target": "en"}, "wrong-type"), ({"sentences": ["a"], "text": "b", "target": "en"}, "invalid-value"),
                       ({"text": "x", "target": "e"}, "unknown-language"), (b"{", "invalid-json")):
        status, j = s.ask("/v1/translate", body)
        assert 400 <= status < 500 and j["type"].endswith(slug), (body, j)
    s.stop()


def main():
    made = tempfile.mkdtemp()
    subprocess.run([os.path.join(BUILD, "tests/unit/test_nmt")], check=True, env=dict(os.environ, NMT_MADE_DIR=made))
    bad = 0
    for f in tests:
        w = World(made)
        try:
            f(w)
        except Exception:
            bad += 1
            print("FAIL", f.__name__.replace("_", " "))
            traceback.print_exc(file=sys.stdout)
        w.close()
    shutil.rmtree(made)
    print(f"{len(tests) - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
