#!/usr/bin/python3
"""End-to-end tests: the real program, over HTTP, every reply held against openapi.yaml.

    tests/e2e/run.py [-v] [NAME...]      NUTGRAF names the program; default: build/nutgraf

The last line is 'N passed, N failed', with ', N skipped' where something could not be tested."""
import json
import os
import re
import select
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from urllib.parse import quote

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hostile  # noqa: E402
import openapi  # noqa: E402
import translators  # noqa: E402
from contract import ROOT, Broken, Contract, err_codes, load  # noqa: E402
from http11 import Client, Closed, chunked, request  # noqa: E402
from program import NUTGRAF, Server, run  # noqa: E402

CONTRACT = Contract()
JSON = [("Content-Type", "application/json")]
TEXT = [("Content-Type", "text/plain; charset=utf-8")]
ANALYZE = "/v1/analyze"
EXTRACT = "/v1/extract"
HTML = [("Content-Type", "text/html")]
SHORT = "Die Nordbahn AG hat Anna Berger am 12. März 2024 von der Hanse Logistik GmbH abgeworben."
tests = []


class Skip(Exception):
    pass


def test(f):
    tests.append((f.__name__.replace("_", " "), f))
    return f


def equal(a, b, what=""):
    if a != b:
        raise AssertionError(f"{what}: {repr(a)[:600]} is not {repr(b)[:600]}")


def article(lang):
    with open(os.path.join(ROOT, "tests", "e2e", "articles", lang + ".txt"), "rb") as f:
        return f.read()


class Shared:
    """One server for all tests that need nothing special of it."""

    server = None

    @classmethod
    def get(cls):
        cls.server = cls.server or Server("--max-header=8Ki", "--max-uri=2Ki")
        return cls.server


def connect(server=None):
    return Client((server or Shared.get()).address)


def path_of(target):
    return target.split("?")[0]


def ask(method, target, body=None, headers=(), server=None, cors=False, **more):
    """One request on a connection of its own; the reply is held against the contract."""
    with connect(server) as c:
        reply = c.ask(method, target, body, headers, **more)
    CONTRACT.check(method, path_of(target), reply, cors)
    return reply


def problem(reply, status, slug, **members):
    equal(reply.status, status, "status")
    equal(reply.header("content-type"), "application/problem+json", "type")
    p = json.loads(reply.body)
    equal(p["type"], "urn:nutgraf:problem:" + slug, f"type ({p['detail']})")
    for name, want in members.items():
        equal(p.get(name), want, name)
    return p


def analyze(fields, **more):
    return ask("POST", ANALYZE, json.dumps(fields, ensure_ascii=False).encode(), JSON, **more)


# ---- what works ----------------------------------------------------------------------------------------------------


@test
def every_resource_answers_get_and_head():
    for path in ("/", "/v1/languages", "/openapi.yaml", "/openapi.json", "/healthz", "/livez", "/readyz", "/metrics"):
        get = ask("GET", path)
        equal(get.status, 200, path)
        head = ask("HEAD", path)
        equal(head.status, 200, "HEAD " + path)
        if path != "/metrics":
            equal(head.header("content-length"), str(len(get.body)), "HEAD " + path)


@test
def every_resource_answers_options():
    for path in list(CONTRACT.document["paths"]) + ["*"]:
        equal(ask("OPTIONS", path).status, 204, path)


@test
def articles_in_four_languages_are_analysed():
    for lang in ("de", "en", "zh", "vi"):
        reply = ask("POST", ANALYZE + "?target_language=en", article(lang), TEXT)
        equal(reply.status, 200, lang)
        an = json.loads(reply.body)
        equal(an["document"]["language"], lang)
        check_spans(an, article(lang).decode(), lambda s: s)


def spans_of(node):
    if isinstance(node, list):
        for x in node:
            yield from spans_of(x)
    elif isinstance(node, dict):
        if "start" in node:
            yield node
        for x in node.values():
            yield from spans_of(x)


def check_spans(an, text, units):
    """Every span with a text holds that text; units maps the text to what offsets count."""
    for s in spans_of(an):
        if not 0 <= s["start"] < s["end"] <= len(units(text)):
            raise AssertionError(f"span out of bounds: {s}")
        if "text" in s:
            equal(units(text)[s["start"]:s["end"]], units(s["text"]), "span")


def page(name):
    with open(os.path.join(ROOT, "tests", "golden", "html", name, "page.html"), "rb") as f:
        return f.read()


@test
def pages_in_six_languages_give_their_article():
    for name, lang, has, has_not in (("de-consent", "de", "86 Millionen Euro", "Einwilligung"), ("en-cms", "en", "31 miles", "brown water"),
                                     ("zh-portal", "zh", "12亿元", "相关新闻"), ("vi-news", "vi", "Cần Giờ", "Xem nhiều"),
                                     ("fr-paywall", "fr", "115 millions", "abonnés"), ("ja-captions", "ja", "180億円", "関連記事")):
        raw = ask("POST", EXTRACT + "?url=https://site.example/a", page(name), HTML)
        equal(raw.status, 200, name)
        an = json.loads(raw.body)
        equal(has in an["text"] and has_not not in an["text"], True, name)
        equal(an["metadata"]["language"]["value"].split("-")[0], lang, name)
        equal("".join(p["text"] for p in an["paragraphs"]), an["text"].replace("\n\n", ""), name)
        check_spans(an["paragraphs"], an["text"], lambda s: s)
        in_json = json.loads(ask("POST", EXTRACT, j(html=page(name).decode(), url="https://site.example/a"), JSON).body)
        equal(in_json["charset"], {"name": "UTF-8", "source": "request"}, name)
        equal({**in_json, "charset": 0}, {**an, "charset": 0}, name)


@test
def a_page_in_another_charset_is_read():
    an = json.loads(ask("POST", EXTRACT, page("zh-gbk"), HTML).body)
    equal(an["charset"], {"name": "gb18030", "source": "meta"})
    equal(an["text"], json.loads(ask("POST", EXTRACT, page("zh-portal"), HTML).body)["text"])
    euc = "<p>".join(["<html><body>"] + ["한국은행은 11일 기준금리를 연 3.25%로 낮췄다고 발표했다. 총재는 물가가 안정되고 있다고 말했다."] * 9).encode("euc-kr")
    an = json.loads(ask("POST", EXTRACT, euc, [("Content-Type", "text/html; charset=EUC-KR")]).body)
    equal(an["charset"], {"name": "windows-949", "source": "http"})
    equal("한국은행은" in an["text"], True)


@test
def a_page_is_analysed_with_what_it_says_of_itself():
    an = json.loads(ask("POST", ANALYZE + "?target_language=en&url=https://site.example/a", page("de-consent"), HTML).body)
    text = an["document"]["text"]
    check_spans(an, text, lambda s: s)
    equal(an["document"]["published_at"], "2024-05-14")
    equal(an["document"]["title"], "Hafenausbau: Lübeck stoppt Millionenprojekt")
    equal(an["document"]["metadata"]["site"], {"value": "Ostseebote", "source": "json-ld"})
    given = json.loads(analyze({"html": page("de-consent").decode(), "title": "Hafen", "published_at": "2020-01-01"}).body)
    equal((given["document"]["title"], given["document"]["published_at"]), ("Hafen", "2020-01-01"))
    equal("text" in json.loads(analyze({"text": text}).body)["document"], False)


@test
def the_command_line_extracts_the_same():
    for name in ("de-consent", "zh-gbk"):
        done = run("extract", "-", stdin=page(name))
        want = json.loads(ask("POST", EXTRACT, page(name), HTML).body)
        equal(json.loads(done.stdout), want, name)
        text = run("extract", "--format=text", "-", stdin=page(name))
        equal(text.stdout.decode() if isinstance(text.stdout, bytes) else text.stdout, want["text"] + "\n", name)
    equal(run("extract", "-", stdin=page("en-index")).returncode, 1)


@test
def a_server_that_fetches_nothing_says_so():
    server = Server("--fetch=off")
    with Client(server.address) as c:
        for path in (ANALYZE, EXTRACT):
            problem(c.ask("POST", path, j(url="https://example.org/"), JSON), 422, "unsupported", field="url")
    server.stop()


@test
def offsets_are_in_the_unit_asked_for():
    text = "😀 " + article("zh").decode() + "\n" + article("de").decode()
    units = {"codepoint": lambda s: s, "utf8": lambda s: s.encode(), "utf16": lambda s: Utf16(s)}
    for name, unit in units.items():
        an = json.loads(analyze({"text": text, "offset_encoding": name}).body)
        equal(an["document"]["offset_encoding"], name)
        check_spans(an, text, unit)


def Utf16(s):
    b = s.encode("utf-16-le")
    return [b[i:i + 2] for i in range(0, len(b), 2)]


@test
def json_and_text_and_curls_default_give_the_same():
    text = article("de")
    want = analyze({"text": text.decode(), "target_language": "en"}).body
    for headers in (TEXT, [("Content-Type", "text/plain")], [("Content-Type", "TEXT/Plain;Charset=\"UTF-8\"")],
                    [("Content-Type", "application/x-www-form-urlencoded")]):
        equal(ask("POST", ANALYZE + "?target_language=en", text, headers).body, want, str(headers))


@test
def all_options_are_taken_in_both_forms():
    fields = {"title": "Wechsel & mehr", "url": "https://example.org/a?b=c", "language": "de", "target_language": "en",
              "published_at": "2024-03-12T09:30:00+01:00", "offset_encoding": "utf8", "features": ["entities", "quotes"],
              "min_confidence": 0.25}
    by_json = analyze({"text": SHORT, **fields})
    equal(by_json.status, 200)
    query = "&".join(f"{k}={quote(','.join(v) if isinstance(v, list) else str(v), safe='')}" for k, v in fields.items())
    equal(ask("POST", f"{ANALYZE}?{query}", SHORT.encode(), TEXT).body, by_json.body)
    an = json.loads(by_json.body)
    equal(an["document"]["title"], fields["title"])
    equal(an["document"]["url"], fields["url"])
    equal("events" in an or "summary" in an, False, "features")


@test
def the_summary_has_the_length_and_style_asked_for():
    text = article("en").decode()

    def summary(**options):
        both = [analyze({"text": text, "features": ["summary"], **options}).body,
                ask("POST", ANALYZE + "?" + "&".join(f"{k}={v}" for k, v in {"features": "summary", **options}.items()), text.encode(), TEXT).body]
        equal(both[0], both[1], str(options))
        return json.loads(both[0])["summary"]
    plain = summary()
    equal(len(plain["sentences"]) >= 2, True, "a summary of some sentences")
    equal(plain["text"], " ".join(s["text"] for s in plain["sentences"]))
    one = summary(summary_sentences=1)
    equal(len(one["sentences"]), 1)
    equal(len(summary(summary_sentences=5)["sentences"]) >= len(plain["sentences"]), True)
    few = summary(summary_characters=len(plain["text"]) - 1)
    equal(0 < len(few["sentences"]) < len(plain["sentences"]) and len(few["text"]) < len(plain["text"]), True, "fewer characters")
    equal(len(summary(summary_characters=1)["sentences"]), 1, "the first sentence always stays")
    bullets = summary(summary_style="bullets")
    equal(bullets["text"], "\n".join("- " + s["text"] for s in bullets["sentences"]))
    line = summary(summary_style="headline")
    equal((len(line["sentences"]), line["text"].endswith("."), "\n" in line["text"]), (1, False, False))


@test
def the_same_input_gives_the_same_bytes():
    body = json.dumps({"text": article("de").decode(), "target_language": "en"}).encode()
    want = ask("POST", ANALYZE, body, JSON).body
    found = []

    def work():
        found.append(ask("POST", ANALYZE, body, JSON).body)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    other = Server("--workers=1", "--io-threads=1")
    found.append(ask("POST", ANALYZE, body, JSON, server=other).body)
    equal(other.stop(), 0)
    equal(len(found), 17)
    equal(set(found), {want})


@test
def server_and_command_line_say_the_same():
    done = run("analyze", "--target-language", "en", "-", stdin=article("de"))
    equal(done.returncode, 0, done.stderr.decode())
    reply = ask("POST", ANALYZE + "?target_language=en", article("de"), TEXT)
    equal(json.loads(done.stdout), json.loads(reply.body))


@test
def unchanged_content_is_not_sent_again():
    for path in ("/", "/v1/languages", "/openapi.yaml", "/openapi.json"):
        tag = ask("GET", path).header("etag")
        for condition, status in ((tag, 304), ("W/" + tag, 304), ('"x", ' + tag, 304), ("*", 304), ('"x"', 200)):
            equal(ask("GET", path, headers=[("If-None-Match", condition)]).status, status, f"{path} {condition}")


@test
def the_contract_served_is_the_one_in_the_tree():
    with open(os.path.join(ROOT, "openapi.yaml"), "rb") as f:
        equal(ask("GET", "/openapi.yaml").body, f.read())
    equal(json.loads(ask("GET", "/openapi.json").body), load())


@test
def the_contract_in_json_is_up_to_date():
    equal(openapi.check(), True, "tests/e2e/openapi.py --check")


@test
def the_contract_knows_every_error():
    equal({slug: p["title"] for slug, p in CONTRACT.problems.items()}, err_codes())
    schema = CONTRACT.document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    equal(sorted(schema), sorted("urn:nutgraf:problem:" + s for s in err_codes()))
    named = set()
    for r in CONTRACT.document["components"]["responses"].values():
        for media in r.get("content", {}).values():
            named |= set(media["schema"]["allOf"][1]["properties"]["type"]["enum"])
    equal(named, set(schema), "the responses of components")


@test
def the_examples_of_the_contract_run():
    op = CONTRACT.document["paths"][ANALYZE]["post"]
    for media, content in op["requestBody"]["content"].items():
        for name, example in content.get("examples", {}).items():
            value = example["value"]
            CONTRACT.validate(content["schema"], value, f"request example {name}")
            body = json.dumps(value).encode() if media == "application/json" else value.encode()
            equal(ask("POST", ANALYZE, body, [("Content-Type", media)]).status, 200, name)
    media = op["responses"]["200"]["content"]["application/json"]
    CONTRACT.validate(media["schema"], media["examples"]["hire"]["value"], "reply example")


@test
def the_index_names_what_exists():
    for link in json.loads(ask("GET", "/").body)["resources"]:
        equal(link["method"].lower() in CONTRACT.document["paths"][link["path"]], True, link["path"])


@test
def languages_tell_what_is_offered():
    languages = json.loads(ask("GET", "/v1/languages").body)["languages"]
    codes = [x["code"] for x in languages]
    equal(codes, sorted(codes))
    for code in ("de", "en", "zh", "vi"):
        equal(code in codes, True, code)
    for x in languages:
        if x["analyses"]:
            equal(analyze({"text": SHORT, "language": x["code"]}).status, 200, x["code"])


# ---- bad input -----------------------------------------------------------------------------------------------------


MIB = 1 << 20


def deep(n):
    return b'{"text":' + b"[" * n + b"]" * n + b"}"


def j(**fields):
    return json.dumps(fields).encode()


# name, method, target, body, headers, status, problem, members of the problem
BAD = [
    ("empty body, JSON", "POST", ANALYZE, b"", JSON, 400, "empty-text", {}),
    ("blank body, JSON", "POST", ANALYZE, b" \n\t ", JSON, 400, "empty-text", {}),
    ("empty body, text", "POST", ANALYZE, b"", TEXT, 400, "empty-text", {"field": "text"}),
    ("blank body, text", "POST", ANALYZE, b" \n\t ", TEXT, 400, "empty-text", {}),
    ("empty text", "POST", ANALYZE, j(text=""), JSON, 400, "empty-text", {"field": "text"}),
    ("no text", "POST", ANALYZE, b"{}", JSON, 400, "empty-text", {"field": "text"}),
    ("invalid UTF-8, text", "POST", ANALYZE, b"abc\xff\xfe", TEXT, 400, "invalid-utf8", {"at": 3}),
    ("invalid UTF-8, JSON", "POST", ANALYZE, b'{"text":"ab\xc3"}', JSON, 400, "invalid-utf8", {"at": 11}),
    ("surrogate in UTF-8", "POST", ANALYZE, b"ab \xed\xa0\x80", TEXT, 400, "invalid-utf8", {"at": 3}),
    ("half a surrogate pair escaped", "POST", ANALYZE, b'{"text":"a \\ud800 b"}', JSON, 400, "invalid-json", {"line": 1}),
    ("NUL, text", "POST", ANALYZE, b"abc\0def", TEXT, 400, "nul-byte", {}),
    ("NUL, JSON", "POST", ANALYZE, b'{"text":"a\0b"}', JSON, 400, "nul-byte", {"at": 10}),
    ("NUL escaped", "POST", ANALYZE, b'{"text":"a\\u0000b"}', JSON, 400, "nul-byte", {}),
    ("NUL in a key", "POST", ANALYZE, b'{"te\\u0000xt":"a"}', JSON, 400, "nul-byte", {}),
    ("10 MB of one character, text", "POST", ANALYZE, b"a" * (10 * MIB), TEXT, 413, "too-large", {"limit": 4 * MIB}),
    ("10 MB of one character, JSON", "POST", ANALYZE, b'{"text":"' + b"a" * (10 * MIB) + b'"}', JSON, 413, "too-large", {"limit": 4 * MIB}),
    ("text a byte too long", "POST", ANALYZE, b"a" * (MIB + 1), TEXT, 413, "too-large", {"limit": MIB, "field": "text"}),
    ("text a byte too long, JSON", "POST", ANALYZE, j(text="a" * (MIB + 1)), JSON, 413, "too-large", {"limit": MIB, "field": "text"}),
    ("nested 17 deep", "POST", ANALYZE, deep(17), JSON, 400, "invalid-json", {}),
    ("nested 100,000 deep", "POST", ANALYZE, deep(100000), JSON, 400, "invalid-json", {}),
    ("nested without end", "POST", ANALYZE, b"[" * 500000, JSON, 400, "invalid-json", {}),
    ("a million brackets side by side", "POST", ANALYZE, b'{"text":[' + b"[]," * 1000000 + b"[]]}", JSON, 400, "invalid-json", {}),
    ("JSON that ends early", "POST", ANALYZE, b'{"text":"abc', JSON, 400, "invalid-json", {"line": 1}),
    ("JSON with something behind", "POST", ANALYZE, b'{"text":"abc"} x', JSON, 400, "invalid-json", {}),
    ("JSON with an error in line 3", "POST", ANALYZE, b'{\n"text":\n abc}', JSON, 400, "invalid-json", {"line": 3}),
    ("no JSON at all", "POST", ANALYZE, b"Hamburg, 12. Maerz", JSON, 400, "invalid-json", {}),
    ("an array", "POST", ANALYZE, b'["text"]', JSON, 400, "invalid-json", {}),
    ("a string", "POST", ANALYZE, b'"text"', JSON, 400, "invalid-json", {}),
    ("null", "POST", ANALYZE, b"null", JSON, 400, "invalid-json", {}),
    ("the same key twice", "POST", ANALYZE, b'{"text":"a","text":"b"}', JSON, 400, "invalid-json", {}),
    ("text is a number", "POST", ANALYZE, j(text=1), JSON, 400, "wrong-type", {"field": "text"}),
    ("text is null", "POST", ANALYZE, j(text=None), JSON, 400, "wrong-type", {"field": "text"}),
    ("text is an array", "POST", ANALYZE, j(text=["a"]), JSON, 400, "wrong-type", {"field": "text"}),
    ("text is an object", "POST", ANALYZE, j(text={}), JSON, 400, "wrong-type", {"field": "text"}),
    ("title is a boolean", "POST", ANALYZE, j(text="a", title=True), JSON, 400, "wrong-type", {"field": "title"}),
    ("language is a number", "POST", ANALYZE, j(text="a", language=1), JSON, 400, "wrong-type", {"field": "language"}),
    ("features is a string", "POST", ANALYZE, j(text="a", features="events"), JSON, 400, "wrong-type", {"field": "features"}),
    ("features holds a number", "POST", ANALYZE, j(text="a", features=[1]), JSON, 400, "wrong-type", {"field": "features"}),
    ("min_confidence is a string", "POST", ANALYZE, j(text="a", min_confidence="0.5"), JSON, 400, "wrong-type", {"field": "min_confidence"}),
    ("unknown field", "POST", ANALYZE, j(text="a", targetLanguage="en"), JSON, 400, "unknown-field", {"field": "targetLanguage"}),
    ("unknown field of other letters", "POST", ANALYZE, j(text="a", **{"日本語" * 20: 1}), JSON, 400, "unknown-field", {}),
    ("unknown feature", "POST", ANALYZE, j(text="a", features=["entity"]), JSON, 400, "invalid-value", {"field": "features"}),
    ("no feature", "POST", ANALYZE, j(text="a", features=[]), JSON, 400, "invalid-value", {"field": "features"}),
    ("unknown offset encoding", "POST", ANALYZE, j(text="a", offset_encoding="bytes"), JSON, 400, "invalid-value", {"field": "offset_encoding"}),
    ("min_confidence over 1", "POST", ANALYZE, j(text="a", min_confidence=1.5), JSON, 400, "invalid-value", {"field": "min_confidence"}),
    ("min_confidence below 0", "POST", ANALYZE, j(text="a", min_confidence=-1), JSON, 400, "invalid-value", {"field": "min_confidence"}),
    ("no sentences", "POST", ANALYZE, j(text="a", summary_sentences=0), JSON, 400, "invalid-value", {"field": "summary_sentences"}),
    ("half a sentence", "POST", ANALYZE, j(text="a", summary_sentences=1.5), JSON, 400, "invalid-value", {"field": "summary_sentences"}),
    ("too many sentences", "POST", ANALYZE, j(text="a", summary_sentences=11), JSON, 400, "invalid-value", {"field": "summary_sentences"}),
    ("characters in words", "POST", ANALYZE, j(text="a", summary_characters="300"), JSON, 400, "wrong-type", {"field": "summary_characters"}),
    ("too many characters", "POST", ANALYZE, j(text="a", summary_characters=5001), JSON, 400, "invalid-value", {"field": "summary_characters"}),
    ("unknown style", "POST", ANALYZE, j(text="a", summary_style="poem"), JSON, 400, "invalid-value", {"field": "summary_style"}),
    ("a number beyond all bounds", "POST", ANALYZE, b'{"text":"a","min_confidence":1e999}', JSON, 400, "invalid-json", {}),
    ("no date", "POST", ANALYZE, j(text="a", published_at="yesterday"), JSON, 400, "invalid-value", {"field": "published_at"}),
    ("a date that does not exist", "POST", ANALYZE, j(text="a", published_at="2023-02-29"), JSON, 400, "invalid-value", {"field": "published_at"}),
    ("a time that does not exist", "POST", ANALYZE, j(text="a", published_at="2023-02-28T25:00:00Z"), JSON, 400, "invalid-value", {"field": "published_at"}),
    ("title too long", "POST", ANALYZE, j(text="a", title="x" * 2001), JSON, 400, "invalid-value", {"field": "title"}),
    ("url too long", "POST", ANALYZE, j(text="a", url="x" * 4097), JSON, 400, "invalid-value", {"field": "url"}),
    ("url of this machine", "POST", ANALYZE, j(url="http://127.0.0.1:1/"), JSON, 422, "fetch-refused", {"field": "url"}),
    ("text and html", "POST", ANALYZE, j(text="a", html="<p>a"), JSON, 400, "invalid-value", {"field": "html"}),
    ("a list, no article", "POST", ANALYZE, page("en-index"), HTML, 422, "not-an-article", {"field": "html"}),
    ("empty page", "POST", EXTRACT, b"", HTML, 400, "empty-text", {"field": "html"}),
    ("empty html", "POST", EXTRACT, j(html=""), JSON, 400, "empty-text", {"field": "html"}),
    ("neither html nor url", "POST", EXTRACT, b"{}", JSON, 400, "empty-text", {"field": "html"}),
    ("html is an array", "POST", EXTRACT, j(html=["<p>"]), JSON, 400, "wrong-type", {"field": "html"}),
    ("text to extract from", "POST", EXTRACT, j(text="a"), JSON, 400, "unknown-field", {"field": "text"}),
    ("option of analyze", "POST", EXTRACT, j(html="<p>a", features=["events"]), JSON, 400, "unknown-field", {"field": "features"}),
    ("plain text to extract from", "POST", EXTRACT, b"abc", TEXT, 415, "unsupported-media-type", {"field": "Content-Type"}),
    ("page and html in the query", "POST", EXTRACT + "?html=a", b"<p>a", HTML, 400, "unknown-field", {"field": "html"}),
    ("a start page", "POST", EXTRACT, page("de-index"), HTML, 422, "not-an-article", {"field": "html"}),
    ("a page of nothing", "POST", EXTRACT, b"<html><body></body></html>", HTML, 422, "not-an-article", {"field": "html"}),
    ("bytes that are no page", "POST", EXTRACT, bytes(range(256)) * 20, HTML, 422, "not-an-article", {"field": "html"}),
    ("a page larger than the server reads", "POST", EXTRACT, b"<p>" + b"a " * (3 * MIB), HTML, 413, "too-large", {"limit": 4 * MIB}),
    ("url of this machine to extract", "POST", EXTRACT, j(url="http://localhost/"), JSON, 422, "fetch-refused", {"field": "url"}),
    ("not http", "POST", EXTRACT, j(url="file:///etc/passwd"), JSON, 422, "fetch-refused", {"field": "url"}),
    ("unknown language", "POST", ANALYZE, j(text=SHORT, language="xx"), JSON, 400, "unknown-language", {"field": "language"}),
    ("unknown target language", "POST", ANALYZE, j(text=SHORT, target_language="tlh"), JSON, 400, "unknown-language", {"field": "target_language"}),
    ("no language tag", "POST", ANALYZE, j(text=SHORT, language="German!"), JSON, 400, "unknown-language", {"field": "language"}),
    ("language that cannot be told", "POST", ANALYZE, j(text="12345 67890 +++"), JSON, 422, "undetermined-language", {}),
    ("wrong Content-Type", "POST", ANALYZE, b"<p>x</p>", [("Content-Type", "text/xml")], 415, "unsupported-media-type", {"field": "Content-Type"}),
    ("no Content-Type", "POST", ANALYZE, b"abc", [], 415, "unsupported-media-type", {}),
    ("nonsense as Content-Type", "POST", ANALYZE, b"abc", [("Content-Type", ";;=\"")], 415, "unsupported-media-type", {}),
    ("another charset", "POST", ANALYZE, b"abc", [("Content-Type", "text/plain; charset=iso-8859-1")], 415, "unsupported-media-type", {}),
    ("compressed", "POST", ANALYZE, b"\x1f\x8b", TEXT + [("Content-Encoding", "gzip")], 415, "unsupported-media-type", {"field": "Content-Encoding"}),
    ("a form", "POST", ANALYZE, b"text=Hamburg&language=de", [("Content-Type", "application/x-www-form-urlencoded")], 415, "unsupported-media-type", {}),
    ("multipart form", "POST", ANALYZE, b"--x\r\n", [("Content-Type", "multipart/form-data; boundary=x")], 415, "unsupported-media-type", {}),
    ("unknown query parameter", "POST", ANALYZE + "?target=en", b"abc", TEXT, 400, "unknown-field", {"field": "target"}),
    ("text as query parameter", "POST", ANALYZE + "?text=abc", b"abc", TEXT, 400, "unknown-field", {"field": "text"}),
    ("query parameter twice", "POST", ANALYZE + "?language=de&language=en", b"abc", TEXT, 400, "unknown-field", {"field": "language"}),
    ("query parameter beside JSON", "POST", ANALYZE + "?language=de", j(text="a"), JSON, 400, "unknown-field", {"field": "query"}),
    ("wrong value in the query", "POST", ANALYZE + "?min_confidence=high", b"abc", TEXT, 400, "invalid-value", {"field": "min_confidence"}),
    ("empty value in the query", "POST", ANALYZE + "?language=", b"abc", TEXT, 400, "unknown-language", {"field": "language"}),
    ("broken percent code", "POST", ANALYZE + "?language=%zz", b"abc", TEXT, 400, "malformed-request", {}),
    ("percent code cut off", "POST", ANALYZE + "?language=%4", b"abc", TEXT, 400, "malformed-request", {}),
    ("NUL in the address", "GET", "/%00", None, [], 400, "malformed-request", {}),
    ("invalid UTF-8 in the address", "GET", "/?a=%ff", None, [], 400, "invalid-utf8", {}),
    ("too many parameters", "GET", "/livez?" + "a=1&" * 40, None, [], 400, "malformed-request", {}),
    ("query where there is none", "GET", "/livez?verbose=1", None, [], 400, "unknown-field", {}),
    ("wrong method", "GET", ANALYZE, None, [], 405, "method-not-allowed", {"allow": ["POST", "OPTIONS"]}),
    ("another wrong method", "DELETE", "/v1/languages", None, [], 405, "method-not-allowed", {"allow": ["GET", "HEAD", "OPTIONS"]}),
    ("wrong method with a body", "PUT", ANALYZE, b"abc", TEXT, 405, "method-not-allowed", {}),
    ("POST to what is only read", "POST", "/healthz", b"", [], 405, "method-not-allowed", {}),
    ("invented method", "BREW", "/", None, [], 405, "method-not-allowed", {}),
    ("unknown path", "GET", "/v2/analyze", None, [], 404, "not-found", {}),
    ("unknown path with a body", "POST", "/analyze", b"x" * 100000, TEXT, 404, "not-found", {}),
    ("path with a slash too many", "POST", ANALYZE + "/", b"abc", TEXT, 404, "not-found", {}),
    ("path with dots", "GET", "/v1/../livez", None, [], 404, "not-found", {}),
    ("body where none is read", "GET", "/livez", b"abc", [], 413, "too-large", {}),
    ("giant header", "GET", "/livez", None, [("X-Long", "a" * 9000)], 431, "headers-too-large", {"limit": 8192}),
    ("gigantic header", "GET", "/livez", None, [("X-Long", "a" * 500000)], 431, "headers-too-large", {"limit": 8192}),
    ("ten thousand headers", "GET", "/livez", None, [(f"X-{i}", "a") for i in range(10000)], 431, "headers-too-large", {}),
    ("long address", "GET", "/" + "a" * 3000, None, [], 414, "uri-too-long", {"limit": 2048}),
    ("gigantic address", "GET", "/" + "a" * 500000, None, [], 414, "uri-too-long", {"limit": 2048}),
]

for row in BAD:
    def check(row=row):
        _, method, target, body, headers, status, slug, members = row
        with connect() as c:
            c.send(request(method, target, body, headers))
            reply = c.reply(method)
        CONTRACT.check(method, path_of(target), reply)
        p = problem(reply, status, slug, **members)
        for leak in ("core/", "handlers/", "server/"):
            equal(leak in p["detail"], False, "detail tells of the inside")
    tests.append(("bad input: " + row[0], check))

# name, bytes, whether the client then closes its side, status, problem; method and path are for the contract
RAW = [
    ("header without a colon", b"GET / HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n", False, 400, "malformed-request"),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", False, 400, "malformed-request"),
    ("HTTP/3.0", b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", False, 505, "http-version"),
    ("HTTP/0.1", b"GET / HTTP/0.1\r\nHost: a\r\n\r\n", False, 505, "http-version"),
    ("Content-Length is no number", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: ten\r\n\r\n", False, 400, "malformed-request"),
    ("Content-Length is negative", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: -1\r\n\r\n", False, 400, "malformed-request"),
    ("Content-Length beyond all bounds", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 99999999999999999999999\r\n\r\n", False, 413, "too-large"),
    ("body of 100 GB announced", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100000000000\r\n\r\nabc", False, 413, "too-large"),
    ("broken chunk size", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", False, 400, "malformed-request"),
    ("chunk longer than it says", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", False, 400, "malformed-request"),
    ("body shorter than announced", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nabc", True, 400, "truncated-body"),
    ("no body though announced", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n", True, 400, "truncated-body"),
    ("chunked body without its end", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", True, 400, "truncated-body"),
    ("head without its end", b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Half: y", True, 400, "malformed-request"),
]

for raw in RAW:
    def check(raw=raw):
        _, data, end, status, slug = raw
        with connect() as c:
            c.send(data)
            if end:
                c.end()
            reply = c.reply("POST")
            closed = c.closed()
        method, path = data.decode().split(" ")[:2]
        CONTRACT.check(method, path, reply)
        problem(reply, status, slug)
        equal(closed, True, "the connection is closed")
    tests.append(("bad HTTP: " + raw[0], check))


@test
def a_client_that_leaves_early_harms_nobody():
    for data in (b"", b"G", b"GET /livez HTTP/1.1\r\n", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nabc",
                 request("POST", ANALYZE, article("de"), TEXT)):
        for _ in range(20):
            with connect() as c:
                c.send(data)
                c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # closing resets
    equal(ask("GET", "/livez").status, 200)


@test
def noise_gets_no_answer_but_does_no_harm():
    for data in (b"\0" * 1000, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)), b"\r\n" * 1000, b"GET\r\n\r\n",
                 b"\xff" * 100000):
        with connect() as c:
            c.send(data)
            try:
                c.end()
                reply = c.reply()
                CONTRACT.check("GET", "/?", reply)
            except (Closed, OSError):
                pass
    equal(ask("GET", "/livez").status, 200)


@test
def a_client_that_waits_to_continue_is_refused_before_its_body():
    with connect() as c:
        c.send(request("POST", ANALYZE, None, TEXT + [("Content-Length", str(10 * MIB)), ("Expect", "100-continue")]))
        reply = c.reply("POST")
    CONTRACT.check("POST", ANALYZE, reply)
    problem(reply, 413, "too-large")
    with connect() as c:
        c.send(request("POST", ANALYZE, None, TEXT + [("Content-Length", "88"), ("Expect", "100-continue")]))
        select.select([c.socket], [], [], 5)
        c.send(SHORT.encode()[:88])
        equal(c.reply("POST").status, 200)


@test
def an_endless_chunked_body_is_stopped():
    with connect() as c:
        c.send(request("POST", ANALYZE, None, TEXT + [("Transfer-Encoding", "chunked")]))
        piece = b"%x\r\n%s\r\n" % (MIB, b"a" * MIB)
        for _ in range(100):
            if not c.send(piece) or select.select([c.socket], [], [], 0)[0]:
                break
        else:
            raise AssertionError("100 MiB were read")
        reply = c.reply("POST")
    CONTRACT.check("POST", ANALYZE, reply)
    problem(reply, 413, "too-large", limit=4 * MIB)


# ---- connections ---------------------------------------------------------------------------------------------------


@test
def chunked_bodies_are_read():
    text = article("de")
    with connect() as c:
        for size in (1, 7, 1000, len(text)):
            body = chunked([text[i:i + size] for i in range(0, len(text), size)])
            c.send(request("POST", ANALYZE, body, TEXT + [("Transfer-Encoding", "chunked")]))
            reply = c.reply("POST")
            equal(reply.status, 200, str(size))
            CONTRACT.check("POST", ANALYZE, reply)


@test
def pipelined_requests_are_answered_in_order():
    with connect() as c:
        ids = []
        data = b""
        for i in range(30):
            method, target, body, headers = (("GET", "/livez", None, []), ("POST", ANALYZE, SHORT.encode(), TEXT),
                                             ("POST", ANALYZE, b"{", JSON))[i % 3]
            ids.append(f"pipe-{i}")
            data += request(method, target, body, [*headers, ("X-Request-Id", ids[-1])])
        c.send(data)
        for i, name in enumerate(ids):
            reply = c.reply()
            equal(reply.header("x-request-id"), name)
            equal(reply.status, (200, 200, 400)[i % 3], name)


@test
def a_connection_survives_errors():
    with connect() as c:
        for _ in range(5):
            equal(c.ask("POST", ANALYZE, b"{", JSON).status, 400)
            equal(c.ask("GET", "/nothing").status, 404)
            equal(c.ask("POST", ANALYZE, b"a" * (5 * MIB), TEXT).status, 413)
            equal(c.ask("GET", "/livez").status, 200)


@test
def http_1_0_is_answered():
    with connect() as c:
        c.send(b"GET /livez HTTP/1.0\r\n\r\n")
        reply = c.reply()
        equal(reply.status, 200)
        equal(c.closed(), True)
        CONTRACT.check("GET", "/livez", reply)


@test
def an_address_with_scheme_and_host_is_read():
    with connect() as c:
        equal(c.ask("GET", "http://localhost:8080/livez").status, 200)


@test
def many_connections_at_a_time():
    server = Server("--max-connections=600", "--queue=600")
    clients = [Client(server.address) for _ in range(400)]
    for c in clients:
        c.send(request("POST", ANALYZE, SHORT.encode(), TEXT))
    for c in clients:
        reply = c.reply("POST")
        CONTRACT.check("POST", ANALYZE, reply)
        equal(reply.status, 200)
    for c in clients:
        equal(c.ask("GET", "/livez").status, 200)
        c.socket.close()
    equal(server.stop(), 0)


@test
def more_connections_than_allowed_wait():
    server = Server("--max-connections=4", "--io-threads=1")
    clients = [Client(server.address) for _ in range(12)]
    for i in range(0, 12, 4):
        for c in clients[i:i + 4]:
            equal(c.ask("GET", "/livez", close=True).status, 200)
            c.socket.close()
    equal(server.stop(), 0)


# ---- time ----------------------------------------------------------------------------------------------------------


@test
def slow_clients_are_cut_off():
    server = Server("--receive-timeout=1", "--idle-timeout=1.5")
    started = time.time()
    waiting = []
    for data in (b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Half: ", b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nabc"):
        c = Client(server.address)
        c.send(data)
        waiting.append((data, c))
    drip = Client(server.address)  # never silent, never done
    drip.send(b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n")
    silent = Client(server.address)
    used = Client(server.address)
    equal(used.ask("GET", "/livez").status, 200)
    while time.time() - started < 10 and drip.send(b"x") and not select.select([drip.socket], [], [], 0.05)[0]:
        pass
    waiting.append((b"POST /v1/analyze ", drip))
    for data, c in waiting:
        reply = c.reply()
        method, path = data.decode().split(" ")[:2]
        CONTRACT.check(method, path, reply)
        problem(reply, 408, "request-timeout")
        equal(c.closed(), True)
    equal(silent.closed(), True, "a connection without a request")
    equal(used.closed(), True, "a connection without a further request")
    if time.time() - started > 6:
        raise AssertionError("it took too long")
    equal(server.stop(), 0)


@test
def a_client_that_does_not_read_is_cut_off():
    server = Server("--send-timeout=1")
    c = Client(server.address)
    c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sent = request("GET", "/openapi.json", headers=[("X-Request-Id", "deaf")])
    for _ in range(2000):
        if not select.select([], [c.socket], [], 0.2)[1] or not c.send(sent):
            break
    until = time.time() + 10
    while time.time() < until:
        if any(e.get("end") == "send timeout" for e in server.log()):
            break
        time.sleep(0.05)
    else:
        raise AssertionError("it was not cut off")
    equal(ask("GET", "/livez", server=server).status, 200)
    equal(server.stop(), 0)


@test
def an_analysis_has_a_deadline():
    server = Server("--request-timeout=0.01", "--workers=1")
    text = (article("en").decode() * 900)[:MIB].encode()
    statuses = set()
    for _ in range(3):
        reply = ask("POST", ANALYZE, text, TEXT, server=server)
        statuses.add(reply.status)
        if reply.status == 503:
            problem(reply, 503, "timeout")
            equal(reply.header("retry-after"), None)
    equal(statuses, {503})
    equal(server.stop(), 0)


@test
def a_slow_analysis_blocks_no_health_check():
    server = Server("--workers=1", "--queue=100", "--request-timeout=120")
    text = (article("de").decode() * 900)[:900000].encode()
    clients = [Client(server.address) for _ in range(12)]
    for c in clients:
        threading.Thread(target=c.send, args=(request("POST", ANALYZE, text, TEXT),)).start()
    waits = []
    with Client(server.address) as health:
        while not all(select.select([c.socket], [], [], 0)[0] for c in clients):
            t = time.time()
            for path in ("/livez", "/readyz", "/metrics"):
                equal(health.ask("GET", path).status, 200, path)
            waits.append(time.time() - t)
            time.sleep(0.002)
    for c in clients:
        equal(c.reply("POST").status, 200)
        c.socket.close()
    waits.sort()
    if not waits or waits[len(waits) * 9 // 10] > 0.5:
        raise AssertionError(f"health checks took {waits[-5:]}")
    equal(server.stop(), 0)


# ---- overload ------------------------------------------------------------------------------------------------------


@test
def a_full_queue_says_when_to_come_back():
    server = Server("--workers=1", "--queue=1", "--io-threads=2")
    body = (article("de").decode() * 8).encode()
    clients = [Client(server.address) for _ in range(60)]
    os.kill(server.process.pid, signal.SIGSTOP)  # so that all arrive at once
    for c in clients:
        c.send(request("POST", ANALYZE, body, TEXT))
    os.kill(server.process.pid, signal.SIGCONT)
    replies = [c.reply("POST") for c in clients]
    for r in replies:
        CONTRACT.check("POST", ANALYZE, r)
    statuses = [r.status for r in replies]
    equal(set(statuses), {200, 503})
    for r in replies:
        if r.status == 503:
            p = problem(r, 503, "busy")
            equal(str(p["retry_after"]), r.header("retry-after"))
    for c in clients:
        equal(c.ask("GET", "/livez").status, 200)  # the connections live on
        c.socket.close()
    metrics = ask("GET", "/metrics", server=server).body.decode()
    equal(f'nutgraf_http_requests_total{{route="/v1/analyze",method="POST",status="503"}} {statuses.count(503)}\n' in metrics, True)
    equal(server.stop(), 0)


@test
def bodies_held_have_a_limit():
    server = Server("--max-buffered=200000")
    holders = []
    for _ in range(4):
        c = Client(server.address)
        c.send(request("POST", ANALYZE, None, TEXT + [("Content-Length", "100000")]) + b"a" * 60000)
        holders.append(c)
    time.sleep(0.5)
    for c in holders:
        c.send(b"a" * 40000)
    replies = [c.reply("POST") for c in holders]
    for r in replies:
        CONTRACT.check("POST", ANALYZE, r)
    equal(503 in [r.status for r in replies], True)
    for c in holders:
        c.socket.close()
    reply = ask("POST", ANALYZE, SHORT.encode(), TEXT, server=server)
    equal(reply.status, 200)
    left = time.monotonic() + 10  # the server lets go when it notices that the client has left
    while "nutgraf_http_buffered_bytes 0\n" not in ask("GET", "/metrics", server=server).body.decode():
        equal(time.monotonic() < left, True)
        time.sleep(0.02)
    equal(server.stop(), 0)


# ---- the end -------------------------------------------------------------------------------------------------------


class Load:
    """Threads that send requests until connections are refused; what was accepted must be answered."""

    def __init__(self, server, threads, keep_alive):
        self.address, self.keep_alive = server.address, keep_alive
        self.lost, self.statuses, self.lock = [], [], threading.Lock()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.work) for _ in range(threads)]
        for t in self.threads:
            t.start()

    def work(self):
        body = article("de")
        while not self.ended.is_set():
            try:
                c = Client(self.address, timeout=20)
            except (ConnectionRefusedError, ConnectionResetError, socket.timeout, TimeoutError):
                return  # never accepted
            try:
                while not self.ended.is_set():
                    c.send(request("POST", ANALYZE, body, TEXT))
                    reply = c.reply("POST")
                    with self.lock:
                        self.statuses.append(reply.status)
                    CONTRACT.check("POST", ANALYZE, reply)
                    if not self.keep_alive or reply.header("connection") == "close":
                        break
            except (Closed, OSError, Broken) as e:
                with self.lock:
                    self.lost.append(repr(e))
            c.socket.close()

    def until(self, answers, limit=30):
        """as fast as the machine is: a sanitizer, or a busy machine, makes the server slow"""
        end = time.monotonic() + limit
        while len(self.statuses) < answers:
            if time.monotonic() > end:
                raise AssertionError(f"only {len(self.statuses)} answers in {limit} s: no load")
            time.sleep(0.05)

    def wait(self):
        self.ended.set()
        for t in self.threads:
            t.join(30)


@test
def sigterm_under_load_loses_no_request():
    for how in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        server = Server("--queue=1000", "--drain-timeout=20", "--log-format=off")
        load = Load(server, 24, keep_alive=False)
        load.until(30)
        code = server.stop(how)
        load.wait()
        equal(code, 0, "exit code")
        equal(load.lost, [], "lost")
        equal(set(load.statuses), {200})


@test
def readiness_ends_before_service():
    server = Server("--drain-delay=1", "--log-format=off")
    load = Load(server, 6, keep_alive=True)
    with Client(server.address) as c:
        equal(c.ask("GET", "/readyz").status, 200)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        reply = c.ask("GET", "/readyz")
        CONTRACT.check("GET", "/readyz", reply)
        problem(reply, 503, "shutting-down")
        equal(reply.header("connection"), "close")
    equal(ask("GET", "/livez", server=server).status, 200)
    equal(ask("POST", ANALYZE, SHORT.encode(), TEXT, server=server).status, 200)
    code = server.stop()
    load.wait()
    equal(code, 0)
    equal(load.lost, [])


@test
def a_request_half_sent_is_waited_for():
    server = Server("--drain-timeout=10")
    body = SHORT.encode()
    data = request("POST", ANALYZE, body, TEXT)
    with Client(server.address) as c:
        c.send(data[:-20])
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        equal(server.process.poll(), None, "waits")
        c.send(data[-20:])
        reply = c.reply("POST")
        CONTRACT.check("POST", ANALYZE, reply)
        equal(reply.status, 200)
        equal(reply.header("connection"), "close")
    equal(server.stop(), 0)


@test
def draining_has_an_end():
    server = Server("--drain-timeout=0.5", "--receive-timeout=60")
    with Client(server.address) as c:
        c.send(request("POST", ANALYZE, SHORT.encode(), TEXT)[:-20])
        time.sleep(0.2)
        started = time.time()
        equal(server.stop(), 1, "exit code: a request was not finished")
        if time.time() - started > 5:
            raise AssertionError("it took too long")


# ---- running it ----------------------------------------------------------------------------------------------------


@test
def request_ids_are_kept_or_made():
    server = Server()
    with Client(server.address) as c:
        for given in ("abc-123", "A.b_c~d:e@f+g=h/i", "x" * 128):
            reply = c.ask("GET", "/nothing", headers=[("X-Request-Id", given)])
            equal(reply.header("x-request-id"), given)
            equal(json.loads(reply.body)["request_id"], given)
            equal(server.logged(given)["status"], 404)
        made = set()
        for bad in ("", "a b", "ä", "x" * 129, '"', "a;b", "a\tb"):
            reply = c.ask("GET", "/livez", headers=[("X-Request-Id", bad)])
            CONTRACT.check("GET", "/livez", reply)
            made.add(reply.header("x-request-id"))
        equal(len(made), 7)
    equal(server.stop(), 0)


@test
def the_log_has_a_line_a_request():
    server = Server()
    with Client(server.address) as c:
        c.ask("POST", ANALYZE + "?target_language=en", article("de"), TEXT + [("X-Request-Id", "one"), ("User-Agent", 'x"\x01\\y')])
        c.ask("POST", ANALYZE, b"{", JSON + [("X-Request-Id", "two")])
        c.ask("GET", "/a%0a%22b", headers=[("X-Request-Id", "three")])
    one, two, three = (server.logged(x) for x in ("one", "two", "three"))
    equal([one[k] for k in ("method", "path", "status", "bytes_in", "peer")], ["POST", ANALYZE, 200, len(article("de")), "127.0.0.1"])
    equal(one["user_agent"], 'x"\x01\\y')
    equal(one["seconds"] >= one["queued_seconds"] >= 0, True)
    equal("error" in one, False)
    equal([two["status"], two["error"]], [400, "invalid-json"])
    equal(re.match(r"handlers/json\.c:\d+$", two["site"]) is not None, True)
    equal(three["path"], '/a\n"b')
    equal(server.stop(), 0)
    equal([e["event"] for e in server.log() if e["event"] != "request"], ["listening", "draining", "ended"])


@test
def the_log_can_be_text_or_off():
    server = Server("--log-format=text")
    ask("GET", "/nothing", headers=[("X-Request-Id", "abc")], server=server)
    equal(server.stop(), 0)
    equal(any('"GET" "/nothing" 404' in x and "id=abc" in x and "error=not-found" in x for x in server.lines), True, str(server.lines))
    server = Server("--log-format=off")
    ask("GET", "/nothing", server=server)
    equal(server.stop(), 0)
    equal(any("nothing" in x for x in server.lines), False)


def parse_metrics(text):
    found, types = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            equal(name in types, False, "TYPE twice")
            types[name] = kind
        elif not line.startswith("# HELP "):
            m = re.fullmatch(r'([a-z_]+)(\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? ([0-9.e+-]+)', line)
            if not m:
                raise AssertionError(f"not a metric: {line}")
            base = re.sub(r"_(bucket|sum|count)$", "", m[1])
            equal(m[1] in types or base in types, True, f"TYPE of {m[1]}")
            found[m[1] + (m[2] or "")] = float(m[3])
    return found


@test
def metrics_count_what_happens():
    server = Server("--queue=17", "--workers=2")
    with Client(server.address) as c:
        for _ in range(3):
            c.ask("POST", ANALYZE, article("de"), TEXT)
        c.ask("POST", ANALYZE, b"{", JSON)
        c.ask("GET", "/some/path/nobody/knows")
        c.ask("BREW", "/livez")
        m = parse_metrics(c.ask("GET", "/metrics").body.decode())
    n = "nutgraf_http_requests_total"
    equal(m[n + '{route="/v1/analyze",method="POST",status="200"}'], 3)
    equal(m[n + '{route="/v1/analyze",method="POST",status="400"}'], 1)
    equal(m[n + '{route="unmatched",method="GET",status="404"}'], 1)
    equal(m[n + '{route="unmatched",method="OTHER",status="405"}'], 1)
    equal(m['nutgraf_http_request_seconds_count{route="/v1/analyze"}'], 4)
    equal(m['nutgraf_http_request_seconds_bucket{route="/v1/analyze",le="+Inf"}'], 4)
    equal(m["nutgraf_queue_seconds_count"], 4)
    equal(m['nutgraf_analysis_stage_seconds_count{stage="tokens"}'], 3)
    equal([m["nutgraf_queue_capacity"], m["nutgraf_workers"], m["nutgraf_draining"]], [17, 2, 0])
    equal([m["nutgraf_http_requests_in_flight"], m["nutgraf_http_connections"]], [1, 1])
    equal(m["nutgraf_http_request_bytes_total"], 3 * len(article("de")) + 1)
    equal("nobody" in str(m), False, "paths of clients are no labels")
    equal(server.stop(), 0)


@test
def web_pages_may_call_only_where_allowed():
    origin = [("Origin", "https://example.org")]
    preflight = origin + [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")]
    off = ask("GET", "/v1/languages", headers=origin)
    equal([k for k, _ in off.headers if k.lower().startswith("access-control")], [], "off by default")
    equal(ask("OPTIONS", ANALYZE, headers=preflight).header("access-control-allow-origin"), None)
    server = Server("--cors-origins=https://a.example, https://example.org")
    reply = ask("OPTIONS", ANALYZE, headers=preflight, server=server, cors=True)
    equal([reply.header("access-control-" + x) for x in ("allow-origin", "allow-methods", "allow-headers", "max-age", "allow-credentials")],
          ["https://example.org", "POST, OPTIONS", "Content-Type, X-Request-Id, If-None-Match", "600", None])
    equal(reply.header("vary"), "Origin")
    reply = ask("POST", ANALYZE, SHORT.encode(), TEXT + origin, server=server, cors=True)
    equal(reply.header("access-control-allow-origin"), "https://example.org")
    equal(reply.header("access-control-expose-headers"), "X-Request-Id, Retry-After, ETag, Content-Language")
    equal(ask("GET", "/nothing", headers=origin, server=server, cors=True).header("access-control-allow-origin"), "https://example.org")
    for other in ("https://example.or", "https://example.org.evil", "http://example.org", "null", "https://a.example,"):
        equal(ask("GET", "/", headers=[("Origin", other)], server=server, cors=True).header("access-control-allow-origin"), None, other)
    equal(server.stop(), 0)
    server = Server("--cors-origins=*")
    reply = ask("GET", "/", headers=origin, server=server, cors=True)
    equal([reply.header("access-control-allow-origin"), reply.header("access-control-allow-credentials")], ["*", None])
    equal(server.stop(), 0)


@test
def settings_come_from_variables_and_flags():
    server = Server(env={"NUTGRAF_QUEUE": "5", "NUTGRAF_WORKERS": "3", "NUTGRAF_LOG_FORMAT": "text"})
    m = parse_metrics(ask("GET", "/metrics", server=server).body.decode())
    equal([m["nutgraf_queue_capacity"], m["nutgraf_workers"]], [5, 3])
    equal(server.stop(), 0)
    server = Server("--queue", "7", env={"NUTGRAF_QUEUE": "5", "NUTGRAF_PORT": "tcp://10.0.0.1:8080"})
    equal(parse_metrics(ask("GET", "/metrics", server=server).body.decode())["nutgraf_queue_capacity"], 7)
    equal(server.stop(), 0)


@test
def wrong_settings_are_refused_by_name():
    for arguments, env, named in ((["--workres=2"], {}, "--workres=2"), (["--queue=0"], {}, "queue"), (["--queue=many"], {}, "queue"),
                                  (["--queue"], {}, "--queue"), (["extra"], {}, "extra"), (["--listen=nowhere"], {}, "listen"),
                                  (["--listen=1.2.3.4:99999"], {}, "listen"), (["--log-format=xml"], {}, "log-format"), (["--check=1"], {}, "--check"),
                                  ([], {"NUTGRAF_MAX_BODY": "4Zi"}, "NUTGRAF_MAX_BODY")):
        done = run("serve", *arguments, env=env)
        equal(done.returncode, 2, str(arguments))
        equal(named in done.stderr.decode(), True, done.stderr.decode())
    taken = run("serve", "--listen=%s:%d" % Shared.get().address)
    equal(taken.returncode, 3)
    equal("in use" in taken.stderr.decode(), True, taken.stderr.decode())
    nodata = run("serve", "--data=/nonexistent")
    equal(nodata.returncode, 3)
    equal("/nonexistent" in nodata.stderr.decode(), True)
    well = run("serve", "--check")
    equal([well.returncode, well.stdout], [0, b"nutgraf: settings and data are well\n"])


def settings():
    """flag -> variable, from --help"""
    done = run("serve", "--help")
    equal(done.returncode, 0)
    return dict(re.findall(r"^  --([a-z-]+)=.*\n      .*\n      (NUTGRAF_[A-Z_]+)", done.stdout.decode(), re.M))


@test
def help_names_every_setting_and_its_variable():
    found = settings()
    equal(len(found) >= 18, True)
    for flag, variable in found.items():
        equal(variable, "NUTGRAF_" + flag.upper().replace("-", "_"))


@test
def the_documents_name_every_setting():
    found = settings()
    known = set(found.values())
    pages = [p for p in ("README.md", "docs/configuration.md", "man/nutgraf.1", "docs/nutgraf.1") if os.path.exists(os.path.join(ROOT, p))]
    tables = 0
    for page in pages:
        with open(os.path.join(ROOT, page), encoding="utf-8") as f:
            text = f.read().replace("\\-", "-")
        named = set(re.findall(r"\bNUTGRAF_[A-Z_]+[A-Z]\b", text))
        if len(named & known) < 5:
            continue  # tells of a few only
        tables += 1
        equal(known - named, set(), page + " misses")
        equal(named - known - {"NUTGRAF_DATA", "NUTGRAF_MODELS_REGISTRY"}, set(), page + " invents")
    if not tables:
        raise Skip("no document has a table of settings")


# ---- remote translators ---------------------------------------------------------------------------------------------


def translate(server, text=translators.GERMAN, **fields):
    return ask("POST", "/v1/translate", json.dumps({"sentences": [text], "source": "de", "target": "en", **fields}).encode(), JSON, server=server)


def fails_as_it_should(service, server, mode, wanted):
    """What is wrong with the reply while the service plays mode; empty: nothing."""
    status, check, most = wanted
    started = time.time()
    service.play(mode)
    reply = translate(server)
    document = json.loads(reply.body)
    wrong = []
    got = (reply.status, document["sentences"][0]["check"] if reply.status == 200 else None)
    if got != (status, check):
        wrong.append(f"{got}, not {(status, check)}: {document}")
    if not 1 <= len(service.asked) <= most:
        wrong.append(f"asked {len(service.asked)} times")
    if time.time() - started > 1.5:
        wrong.append(f"took {time.time() - started:.1f} s")
    if translators.KEY in reply.body.decode():
        wrong.append("tells the key")
    return [f"{mode}: {w}" for w in wrong]


def every_failure(api):
    service, wrong = translators.Service(), []
    for mode, wanted in translators.CASES.items():  # a server each: failures in a row would open the breaker
        server = Server(*service.flags(api, "--translator-timeout=1", "--translator-retries=1"), env={"NUTGRAF_TRANSLATOR_KEY": translators.KEY})
        try:
            wrong += fails_as_it_should(service, server, mode, wanted)
        finally:
            equal(server.stop(), 0)
        wrong += [f"{mode}: the log has the key" for line in server.lines if translators.KEY in line]
    service.end()
    equal(wrong, [])


@test
def every_failure_of_libretranslate_is_bounded_and_told():
    every_failure("libretranslate")


@test
def every_failure_of_deepl_is_bounded_and_told():
    every_failure("deepl")


@test
def every_failure_of_chat_completions_is_bounded_and_told():
    every_failure("openai")


@test
def each_translator_is_asked_in_its_own_way():
    service = translators.Service()
    key_file = tempfile.NamedTemporaryFile("w", suffix=".key")
    key_file.write(translators.KEY + "\nnot the key\n")
    key_file.flush()
    for api in translators.APIS:
        service.play("well")
        server = Server(*service.flags(api, "--translator-key-file=" + key_file.name, "--translator-model=small"))
        reply = translate(server)
        translate(server, target="zh-Hant")
        equal(server.stop(), 0)
        equal([json.loads(reply.body)["sentences"][0]["translation"], len(service.asked)], [translators.ENGLISH, 2], api)
        (_, headers, first), (_, _, second) = service.asked
        if api == "libretranslate":
            equal(first, {"q": [translators.GERMAN], "source": "de", "target": "en", "format": "text", "api_key": translators.KEY})
            equal(second["target"], "zt")
        elif api == "deepl":
            equal([first["text"], first["source_lang"], first["target_lang"]], [[translators.GERMAN], "DE", "EN-US"])
            equal([headers["Authorization"], second["target_lang"]], ["DeepL-Auth-Key " + translators.KEY, "ZH-HANT"])
        else:
            equal([first["model"], first["temperature"], headers["Authorization"]], ["small", 0, "Bearer " + translators.KEY])
            if "from German into English" not in first["messages"][0]["content"] or "Traditional" not in second["messages"][0]["content"]:
                raise AssertionError("the languages are not named: " + str((first, second)))
    service.end()


@test
def a_translator_that_fails_is_left_alone():
    service = translators.Service()
    server = Server(*service.flags("libretranslate", "--translator-retries=0"))
    service.play("500")
    for _ in range(6):
        equal(translate(server).status, 502)
    equal(len(service.asked), 3, "asked")
    time.sleep(5.2)  # the first rest
    service.play("well")
    equal([translate(server).status, len(service.asked)], [200, 1])
    equal(server.stop(), 0)
    service.end()


@test
def bad_requests_do_not_make_a_translator_rest():
    service = translators.Service()
    server = Server(*service.flags("libretranslate", "--translator-retries=0"))
    service.play("400")
    for _ in range(5):
        equal(translate(server).status, 502)
    service.play("well")
    equal([translate(server).status, len(service.asked)], [200, 1])
    equal(server.stop(), 0)
    service.end()


@test
def translations_are_kept_within_bounds():
    service = translators.Service()
    for flags, asked in (([], 1), (["--translator-cache=0"], 3), (["--translator-cache=10"], 3)):
        service.play("well")
        server = Server(*service.flags("libretranslate", *flags))
        for _ in range(3):
            equal(translate(server).status, 200)
        equal(len(service.asked), asked, flags)
        equal(server.stop(), 0)
    service.end()


@test
def a_translator_that_is_not_there_delays_nothing():
    server = Server("--translator=libretranslate", "--translator-url=http://127.0.0.1:1", "--models=/nonexistent", "--translator-timeout=30",
                    "--request-timeout=1")
    started = time.time()
    equal(translate(server).status, 502)
    equal(time.time() - started < 1, True)
    equal(server.stop(), 0)


@test
def a_slow_translator_never_passes_the_deadline():
    service = translators.Service()
    server = Server(*service.flags("libretranslate", "--translator-timeout=30", "--request-timeout=1"))
    service.play("slow")
    started = time.time()
    equal(translate(server).status, 502)
    body = json.dumps({"text": translators.GERMAN, "target_language": "en"}).encode()
    equal(ask("POST", ANALYZE, body, JSON, server=server).status, 200)
    equal(time.time() - started < 2.2, True)
    service.end()
    equal(server.stop(), 0)


# what a service makes of three sentences, their names as marks -> sentences of the summary
BAKERY = ("Die Bäckerei Siemens liegt in Lübeck. Der Bürgermeister Anton Berger mag den Laden und kauft dort jeden Morgen 12 Brötchen. "
          "In der Nähe der Bäckerei steht seit vielen Jahren ein alter Turm aus rotem Backstein.")
BAKERY_ENGLISH = {
    "Die Bäckerei [1] liegt in [2].": "The bakery [1] is in [2].",
    "Der Bürgermeister [1] mag den Laden und kauft dort jeden Morgen 12 Brötchen.": "The mayor, [1], likes the shop and buys 12 rolls there every morning.",
    "In der Nähe der Bäckerei steht seit vielen Jahren ein alter Turm aus rotem Backstein.":
        "For many years, an old tower of red brick has stood near the bakery.",
}
TOLD = ["The bakery Siemens is in Lübeck.", "The mayor, Anton Berger, likes the shop and buys 12 rolls there every morning.",
        "For many years, an old tower of red brick has stood near the bakery."]
SUMMARIES = {
    "well": (lambda t: t, TOLD),
    "a lost name": (lambda t: t.replace("[2]", "the north"), TOLD[1:]),
    "names changed over": (lambda t: t.replace("[1]", "[2]"), TOLD[2:]),
    "a changed number": (lambda t: t.replace("12", "20"), [TOLD[0], TOLD[2]]),
    "a new number": (lambda t: t.replace("For many", "For 300"), TOLD[:2]),
    "another script": (lambda t: t.replace("For many years, an old tower of red brick has stood near the bakery.", "Рядом с пекарней стоит башня из кирпича."), TOLD[:2]),
}


@test
def a_translated_summary_changes_no_fact():
    service, wrong = translators.Service(), []
    for name, (change, wanted) in SUMMARIES.items():
        service.known = {k: change(v) for k, v in BAKERY_ENGLISH.items()}
        server = Server(*service.flags("libretranslate"))
        reply = json.loads(ask("POST", ANALYZE, json.dumps({"text": BAKERY, "target_language": "en"}).encode(), JSON, server=server).body)
        equal(server.stop(), 0)
        told = reply["summary"]["sentences"]
        if [s["text"] for s in told] != wanted or {s["method"] for s in told} != {"translated"} or not all(s["evidence"] for s in told):
            wrong.append(f"{name}: {told}")
    service.end()
    equal(wrong, [])


@test
def a_summary_waits_for_no_translator_beyond_its_deadline():
    service = translators.Service()
    body = json.dumps({"text": BAKERY, "target_language": "en"}).encode()
    server = Server(*service.flags("libretranslate", "--translator-timeout=30", "--request-timeout=1"))
    for mode in ("slow", "drip", "500", "no JSON"):
        service.play(mode)
        started = time.time()
        reply = ask("POST", ANALYZE, body, JSON, server=server)
        equal([reply.status, time.time() - started < 1.05], [200, True], mode)
        summary = json.loads(reply.body)["summary"]
        equal([summary["sentences"], summary["complete"]], [[], False], mode)
    service.end()
    equal(server.stop(), 0)


@test
def wrong_settings_of_a_translator_end_the_start():
    for flags, named in ((["--translator=deepl", "--translator-url=ftp://example.org"], "translator-url"),
                         (["--translator=openai"], "translator-url"),
                         (["--translator=libretranslate", "--translator-url=http://x", "--translator-pairs=german"], "translator-pairs"),
                         (["--translator=libretranslate", "--translator-url=http://x", "--translator-key=a b"], "translator-key"),
                         (["--translator=deepl", "--translator-key-file=/nonexistent/key"], "/nonexistent/key")):
        done = run("serve", "--check", *flags)
        equal(done.returncode, 3, flags)
        if named not in done.stderr.decode() or "a b" in done.stderr.decode():
            raise AssertionError(done.stderr.decode())


@test
def the_command_line_takes_the_same_variables():
    service = translators.Service()
    env = {"NUTGRAF_TRANSLATOR": "libretranslate", "NUTGRAF_TRANSLATOR_URL": f"http://127.0.0.1:{service.port}", "NUTGRAF_MODELS": "/nonexistent"}
    done = run("translate", "de-en", stdin=translators.GERMAN.encode(), env=env)
    equal([done.returncode, done.stdout.decode().strip()], [0, translators.ENGLISH], done.stderr)
    done = run("analyze", "--target-language=en", "-", stdin=translators.GERMAN.encode(), env={**env, "NUTGRAF_TRANSLATOR": "google"})
    equal(done.returncode, 3)
    service.end()


# ---- the runner ----------------------------------------------------------------------------------------------------


# ---- fetching: a site that plays every trick ------------------------------------------------------------------------


class Fetching:
    """One site and one server that may fetch from it, and from nowhere else on this machine."""

    site = server = None

    @classmethod
    def get(cls):
        if not cls.site:
            cls.site = hostile.Site()
            cls.server = Server(f"--fetch-allow=127.0.0.1:{cls.site.port}", "--fetch-timeout=2", "--fetch-first-byte-timeout=1",
                                "--fetch-max-bytes=2Mi", "--fetch-per-host=16")
        return cls.site, cls.server


def fetched(path, resource="/v1/extract", **fields):
    site, server = Fetching.get()
    body = json.dumps({"url": path if "://" in path else site.url(path), **fields}).encode()
    return ask("POST", resource, body, JSON, server=server)


@test
def every_trick_of_a_site_has_its_answer():
    wrong = []
    for path, (_, (status, slug)) in hostile.PAGES.items():
        started = time.time()
        reply = fetched(path)
        document = json.loads(reply.body)
        got = (reply.status, document.get("type", "").split(":")[-1] or None)
        if got != (status, slug):
            wrong.append(f"{path}: {got}, not {(status, slug)}: {document.get('detail')}")
        if time.time() - started > 4:
            wrong.append(f"{path}: took {time.time() - started:.1f} s")
        if slug == "fetch-refused" and re.search(r"127\.|10\.0|169\.254|::1|localhost", document["detail"]):
            wrong.append(f"{path}: tells what is behind: {document['detail']}")
    equal(wrong, [])


@test
def a_fetched_page_is_analysed_and_its_address_told():
    site, _ = Fetching.get()
    reply = fetched("/hop", ANALYZE, target_language="en")
    equal(reply.status, 200)
    an = json.loads(reply.body)
    equal(an["document"]["url"], site.url("/article"))
    if not any(e["name"] == "Anna Berger" for e in an["entities"]):
        raise AssertionError("the person of the page was not found")
    check_spans({k: an[k] for k in ("entities", "events", "quotes")}, an["document"]["text"], lambda s: s)


@test
def pages_of_every_character_set_read_the_same():
    for path in ("/latin1", "/latin1-unnamed", "/latin1-called-utf8"):
        got = json.loads(fetched(path).body)
        equal(got["text"].count("übernimmt"), 1, path)
    equal("挖来首席技术官陈立文" in json.loads(fetched("/gb18030").body)["text"], True, "/gb18030")


@test
def addresses_of_this_machine_are_refused():
    site, server = Fetching.get()
    for url in ("http://127.0.0.1/", "http://localhost/", f"http://localhost:{server.address[1]}/metrics", f"http://127.0.0.1:{server.address[1]}/metrics",
                "http://[::1]/", "http://0/", "http://2130706433/", "http://169.254.169.254/", "https://10.0.0.1/", "ftp://127.0.0.1/",
                "file:///etc/passwd", f"http://u:p@127.0.0.1:{site.port}/article", "http://example.org:22/"):
        problem(fetched(url), 422, "fetch-refused")
    for url in ("http://", "not an address", "http://a b/"):
        problem(fetched(url), 400, "invalid-value")


@test
def a_fresh_page_comes_from_the_cache_and_robots_txt_is_asked_once():
    site, server = Fetching.get()
    equal(site.asked.count("/robots.txt"), 1)
    metrics = ask("GET", "/metrics", server=server).body.decode()
    if not re.search(r'nutgraf_fetches_total\{result="refused"\} [1-9]', metrics):
        raise AssertionError("no refusal was counted")


@test
def pages_are_kept_as_long_as_their_origin_says():
    site, _ = Fetching.get()
    text = json.loads(fetched("/article").body)["text"]
    wrong = []
    for path, (_, answers) in hostile.CACHED.items():
        for turn in (1, 2):
            reply = json.loads(fetched(path).body)
            if reply.get("text") != text:
                wrong.append(f"{path}, {turn}: {reply}")
        got = [status for asked, status in site.answers if asked == path]
        if got != answers:
            wrong.append(f"{path}: the site answered {got}, not {answers}")
    equal(wrong, [])
    time.sleep(1.1)  # what was fresh for a second is asked for again, found unchanged, and is fresh for another
    fetched("/cache/for-a-second")
    equal(json.loads(fetched("/cache/for-a-second").body)["text"], text)
    equal([status for asked, status in site.answers if asked == "/cache/for-a-second"], [200, 304])


@test
def a_plain_text_address_is_an_article_too():
    for path in ("/plain", "/plain-latin1"):
        reply = json.loads(fetched(path).body)
        equal([reply["method"], len(reply["paragraphs"]), reply["text"].count("übernimmt")], ["plain", 5, 1], path)
    equal(json.loads(fetched("/markdown").body)["metadata"]["title"], {"value": "Nordbahn holt Finanzchefin", "source": "text"})
    equal(json.loads(fetched("/plain-page").body)["method"], "blocks", "a page that is called plain text")
    an = json.loads(fetched("/plain", ANALYZE, target_language="en").body)
    equal(any(e["name"] == "Anna Berger" for e in an["entities"]), True)


@test
def a_proxy_is_asked_only_when_it_was_told_of():
    site, proxy = hostile.Site(), hostile.Proxy()
    surroundings = {"http_proxy": proxy.url, "https_proxy": proxy.url, "all_proxy": proxy.url, "ALL_PROXY": proxy.url}
    server = Server(f"--fetch-allow=127.0.0.1:{site.port}", env=surroundings)
    equal(ask("POST", "/v1/extract", json.dumps({"url": site.url("/article")}).encode(), JSON, server=server).status, 200)
    equal([proxy.asked, server.stop()], [[], 0], "a proxy of the surroundings")
    site.close()

    server = Server("--fetch-proxy=" + proxy.url, env={"no_proxy": "*", "NO_PROXY": "*"})
    get = lambda url: ask("POST", "/v1/extract", json.dumps({"url": url}).encode(), JSON, server=server)  # noqa: E731
    equal(get("http://news.example/a").status, 200)
    equal(proxy.asked, ["GET http://news.example/robots.txt", "GET http://news.example/a"])
    for url in ("http://127.0.0.1/", "http://localhost/", "http://localhost./", "http://127.1/", "http://0x7f000001/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
                "http://169.254.169.254/", "http://wiki/", "http://metadata.google.internal/", "http://news.example/inward", "http://news.example/inward-hex",
                "http://１２７.0.0.1/", "http://０x７f.1/"):
        problem(get(url), 422, "fetch-refused")
    equal([a for a in proxy.asked if "news.example" not in a], [], "what lies inside is not asked for")
    equal(server.stop(), 0)
    for wrong in ("socks5://127.0.0.1:1", "ftp://127.0.0.1:1", "127.0.0.1:1"):
        equal(run("serve", "--listen=127.0.0.1:0", "--fetch-proxy=" + wrong).returncode, 3, wrong)
    proxy.close()


@test
def http_2_is_spoken_and_certificates_are_checked():
    if not hostile.Http2.possible():
        print("SKIP: no openssl here to make a certificate: HTTP/2 was not tested")
        return
    with tempfile.TemporaryDirectory() as folder:
        site = hostile.Http2(folder)
        proxy = hostile.Proxy(site.port)
        body = json.dumps({"url": "https://news.example/a"}).encode()
        server = Server("--fetch-proxy=" + proxy.url, "--fetch-ca-file=" + site.certificate)
        reply = ask("POST", "/v1/extract", body, JSON, server=server)
        equal([reply.status, site.requests, set(site.spoken), set(proxy.asked)], [200, 2, {"h2"}, {"CONNECT news.example:443"}], reply.body)
        problem(ask("POST", "/v1/extract", json.dumps({"url": "https://other.example/a"}).encode(), JSON, server=server), 502, "fetch-failed")
        equal([server.stop(), site.requests], [0, 2], "a certificate of another name")
        server = Server("--fetch-proxy=" + proxy.url)
        document = problem(ask("POST", "/v1/extract", body, JSON, server=server), 502, "fetch-failed")
        equal([server.stop(), site.requests], [0, 2], "a certificate that nobody vouches for")
        proxy.close()
        site.close()


@test
def fetches_do_not_keep_others_waiting():
    site, server = Fetching.get()
    threads = [threading.Thread(target=fetched, args=("/silent",)) for _ in range(12)]
    for t in threads:
        t.start()
    time.sleep(0.1)
    started = time.time()
    equal(ask("POST", ANALYZE, SHORT.encode(), TEXT, server=server).status, 200)
    spent = time.time() - started
    for t in threads:
        t.join()
    if spent > 0.8:
        raise AssertionError(f"an analysis waited {spent:.1f} s for other people's pages")


@test
def without_fetching_an_address_is_not_supported():
    server = Server("--fetch=off")
    problem(ask("POST", ANALYZE, b'{"url": "http://example.org/"}', JSON, server=server), 422, "unsupported")
    equal(server.stop(), 0)


@test
def the_command_line_fetches_too():
    site, _ = Fetching.get()
    env = {"NUTGRAF_FETCH_ALLOW": f"127.0.0.1:{site.port}"}
    done = run("extract", "--format", "text", site.url("/article"), env=env)
    equal(done.returncode, 0, done.stderr)
    equal(done.stdout.decode().count("Finanzchefin") > 0, True)
    done = run("analyze", "--target-language", "en", site.url("/article"), env=env)
    equal(done.returncode, 0, done.stderr)
    equal(any(e["name"] == "Anna Berger" for e in json.loads(done.stdout)["entities"]), True)
    equal(run("extract", site.url("/article")).returncode, 1, "an address of this machine without an exception")


@test
def the_fetching_server_ends_well():
    site, server = Fetching.get()
    equal(server.stop(), 0)
    site.close()


def main():
    verbose = "-v" in sys.argv
    wanted = [a for a in sys.argv[1:] if not a.startswith("-")]
    passed, failed, skipped = 0, [], []
    if not os.path.exists(NUTGRAF):
        sys.exit(f"{NUTGRAF} does not exist: run 'make all'")
    for name, f in tests:
        if wanted and not any(w.replace("_", " ") in name for w in wanted):
            continue
        started = time.time()
        try:
            f()
            passed += 1
            if verbose:
                print(f"ok   {name} ({time.time() - started:.2f} s)", flush=True)
        except Skip as e:
            skipped.append(name)
            print(f"skip {name}: {e}", flush=True)
        except Exception:  # noqa: BLE001 - a test may fail in any way
            failed.append(name)
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
    if Shared.server:
        try:
            equal(Shared.server.stop(), 0, "the shared server's exit code")
            passed += 1
        except Exception:  # noqa: BLE001
            failed.append("the shared server ends well")
            print(f"FAIL the shared server ends well\n{traceback.format_exc()}", flush=True)
    print(f"{CONTRACT.checked} replies held against openapi.yaml, {len(CONTRACT.seen)} different ones")
    print(f"{passed} passed, {len(failed)} failed" + (f", {len(skipped)} skipped" if skipped else ""))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
