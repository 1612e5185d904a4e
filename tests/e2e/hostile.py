"""A web site on loopback that plays every trick a fetcher may meet. PAGES tells what each path does and what is to come of it.

A page is a generator of bytes, sent as it comes; it sees the site, so that it can name its address. No path sends more than it is read."""
import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib

SENTENCES = [
    "Die Nordbahn AG hat Anna Berger von der Hanse Logistik GmbH abgeworben, teilte das Unternehmen am Dienstag in Hamburg mit.",
    "Die Managerin übernimmt am ersten Mai das Amt der Finanzchefin und folgt auf Jan Petersen, der in den Ruhestand geht.",
    "Der Aufsichtsrat hatte die Personalie bereits in der vergangenen Woche beraten und einstimmig beschlossen.",
    "Im vergangenen Jahr stieg der Umsatz der Bahngesellschaft um acht Prozent auf drei Milliarden Euro.",
    "Für das laufende Jahr rechnet der Vorstand mit einem weiteren Zuwachs, weil neue Strecken in Betrieb gehen.",
]
ARTICLE = "".join(f"<p>{s}</p>" for s in SENTENCES)
CHINESE = "".join(f"<p>{s}</p>" for s in (
    "海岳汽车周三宣布，已从远帆科技挖来首席技术官陈立文，负责新一代电池的研发工作。",
    "陈立文此前在远帆科技任职八年，主导过多款动力电池的开发，被视为业内重要人物。",
    "海岳汽车去年营收同比增长百分之十二，达到一百亿元，公司计划今年再建两座工厂。",
    "分析人士认为，这次人事变动将加剧两家公司在新能源领域的竞争。"))


def page(body, title="Nordbahn holt Finanzchefin", lang="de", head=""):
    return f"<!DOCTYPE html><html lang={lang}><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


def ok(body, kind="text/html; charset=utf-8", *more):
    body = body if isinstance(body, bytes) else body.encode()
    head = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    yield "\r\n".join(head).encode() + b"\r\n\r\n" + body


def to(target, status="302 Found"):
    yield f"HTTP/1.1 {status}\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


def answer(status, body="Nothing."):
    yield f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


def chunked(pieces, *more):
    yield "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked", *more]).encode() + b"\r\n\r\n"
    for p in pieces:
        yield b"%x\r\n%s\r\n" % (len(p), p)
    yield b"0\r\n\r\n"


def endless():
    while True:
        yield ARTICLE.encode() * 20


def drip():
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    for byte in page(ARTICLE).encode():
        time.sleep(0.05)
        yield bytes([byte])


def silence(seconds):
    time.sleep(seconds)
    return
    yield b""


def bomb():
    """10 MB of gzip that unpack to 10 GB: one block of zeros, ended so that it can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(10 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    yield head + b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
    for _ in range(1000):
        yield block


def endless_head():
    yield b"HTTP/1.1 200 OK\r\n"
    for i in range(100000):
        yield b"X-Header-%d: %s\r\n" % (i, b"x" * 1000)


def heavy(head):
    """A redirect or refusal whose body goes on and on: nobody reads it, and nobody waits for it."""
    yield f"{head}\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    for _ in range(10000):
        yield b"2000\r\n" + b"x" * 0x2000 + b"\r\n"


def conditional(site, lines):
    """The article with these header lines, or 304 where the request names what they name."""
    fields = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    head = site.now.head.decode("latin1")
    same = [v for k, v in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")) if k in fields and f"{v}: {fields[k]}" in head]
    site.answers.append((site.now.path, 304 if same else 200))
    if same:
        validators = [line for line in lines if not line.startswith("Cache-Control: max-age")]
        yield "\r\n".join(["HTTP/1.1 304 Not Modified", "Connection: close", *validators]).encode() + b"\r\n\r\n"
    else:
        yield from ok(page(ARTICLE), "text/html; charset=utf-8", *lines)


# path: (header lines, what the site is asked for and answers when the page is fetched twice in a row)
PAST, LONG_AGO, LATER = "Thu, 01 Jan 2026 00:00:00 GMT", "Mon, 01 Dec 2025 00:00:00 GMT", "Thu, 01 Jan 2026 00:10:00 GMT"
CACHED = {
    "/cache/fresh": (["Cache-Control: max-age=60"], [200]),
    "/cache/fresh-for-proxies": (["Cache-Control: max-age=0, s-maxage=60"], [200]),
    "/cache/expires": ([f"Date: {PAST}", f"Expires: {LATER}"], [200]),
    "/cache/vary": (["Cache-Control: max-age=60", "Vary: Accept-Encoding"], [200]),
    "/cache/etag": (['ETag: "a1"'], [200, 304]),
    "/cache/weak-etag": (['ETag: W/"a1"'], [200, 304]),
    "/cache/modified": ([f"Last-Modified: {LONG_AGO}"], [200, 304]),
    "/cache/both": (['ETag: "b"', f"Last-Modified: {LONG_AGO}"], [200, 304]),
    "/cache/no-cache": (["Cache-Control: no-cache, max-age=60", 'ETag: "c"'], [200, 304]),
    "/cache/stale-for-proxies": (["Cache-Control: s-maxage=0, max-age=60", 'ETag: "d"'], [200, 304]),
    "/cache/aged": (["Cache-Control: max-age=60", "Age: 70"], [200, 200]),
    "/cache/aged-etag": (["Cache-Control: max-age=60", "Age: 70", 'ETag: "e"'], [200, 304]),
    "/cache/expired": ([f"Date: {PAST}", f"Expires: {LONG_AGO}"], [200, 200]),
    "/cache/expires-0": (["Expires: 0"], [200, 200]),
    "/cache/no-store": (["Cache-Control: no-store", 'ETag: "f"'], [200, 200]),
    "/cache/no-store-first": (["Cache-Control: no-store", "Cache-Control: max-age=60"], [200, 200]),
    "/cache/private": (["Cache-Control: private, max-age=60"], [200, 200]),
    "/cache/vary-all": (["Cache-Control: max-age=60", "Vary: Accept", "Vary: *"], [200, 200]),
    "/cache/nothing-told": ([], [200, 200]),
    "/cache/for-a-second": (["Cache-Control: max-age=1", 'ETag: "g"'], [200]),
}

REFUSED, FAILED, TIMEOUT, NOT_ARTICLE = (422, "fetch-refused"), (502, "fetch-failed"), (504, "fetch-timeout"), (422, "not-an-article")
WELL = (200, None)

# path: (what it sends, what is to come of it)
PAGES = {
    "/article": (lambda s: ok(page(ARTICLE)), WELL),
    "/chunked": (lambda s: chunked([page(ARTICLE).encode()]), WELL),
    "/gzip": (lambda s: ok(gzip.compress(page(ARTICLE).encode()), "text/html; charset=utf-8", "Content-Encoding: gzip"), WELL),
    "/hop": (lambda s: to("/article"), WELL),
    "/hop-absolute": (lambda s: to(s.url("/article"), "301 Moved Permanently"), WELL),
    "/plain": (lambda s: ok("\n\n".join(SENTENCES), "text/plain; charset=utf-8"), WELL),
    "/plain-latin1": (lambda s: ok("\n\n".join(SENTENCES).encode("cp1252"), "text/plain"), WELL),
    "/markdown": (lambda s: ok("# Nordbahn holt Finanzchefin\n\n" + "\n\n".join(SENTENCES), "text/markdown"), WELL),
    "/plain-page": (lambda s: ok(page(ARTICLE), "text/plain"), WELL),
    "/plain-list": (lambda s: ok("\n".join(f"item {i}" for i in range(200)), "text/plain"), NOT_ARTICLE),
    "/interim": (lambda s: iter([b"HTTP/1.1 103 Early Hints\r\nLocation: http://127.0.0.1/\r\nContent-Type: image/png\r\n\r\n"] + list(ok(page(ARTICLE)))), WELL),
    "/trailers": (lambda s: iter(list(chunked([page(ARTICLE).encode()], "Trailer: Content-Type"))[:-1] + [b"0\r\nContent-Type: image/png\r\nLocation: http://127.0.0.1/\r\n\r\n"]), WELL),
    "/many-fields": (lambda s: ok(page(ARTICLE), "text/html", *["Cache-Control: max-age=60"] * 3000), WELL),
    "/heavy-hop": (lambda s: heavy("HTTP/1.1 302 Found\r\nLocation: /article"), WELL),
    "/many-codings": (lambda s: ok(gzip.compress(page(ARTICLE).encode()), "text/html", "Content-Encoding: " + ", ".join(["gzip"] * 40)), FAILED),
    "/css": (lambda s: ok("p { color: red }", "text/css"), FAILED),
    "/events": (lambda s: chunked(endless(), "X-Content-Type: text/event-stream"), FAILED),
    "/heavy-404": (lambda s: heavy("HTTP/1.1 404 Not Found"), FAILED),
    "/latin1": (lambda s: ok(page(ARTICLE, "Finanzchefin für Nordbahn").encode("cp1252"), "text/html; charset=iso-8859-1"), WELL),
    "/latin1-unnamed": (lambda s: ok(page(ARTICLE, "Finanzchefin für Nordbahn").encode("cp1252"), "text/html"), WELL),
    "/latin1-called-utf8": (lambda s: ok(page(ARTICLE, "Finanzchefin für Nordbahn").encode("cp1252"), "text/html; charset=utf-8"), WELL),
    "/gb18030": (lambda s: ok(page(CHINESE, "海岳汽车挖来陈立文", "zh", "<meta charset=gb2312>").encode("gb18030"), "text/html"), WELL),
    "/big5": (lambda s: ok(page(CHINESE.translate(str.maketrans("车从远业讯术责参为竞领两这动员资张发认业识电们与问财经个", "車從遠業訊術責參為競領兩這動員資張發認業識電們與問財經個")), "海岳", "zh", "<meta charset=big5>").encode("big5", "replace"), "text/html"), WELL),
    "/longer-than-told": (lambda s: iter([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s and more" %
                                         (len(page(ARTICLE).encode()), page(ARTICLE).encode())]), WELL),
    "/cut-off": (lambda s: ok(page(ARTICLE)[:-60] + "<a href='x"), WELL),
    "/nested": (lambda s: ok(page("<div>" * 100000 + ARTICLE)), WELL),
    "/attributes": (lambda s: ok(page("<p " + "data-x='y' " * 100000 + ">" + ARTICLE)), WELL),
    "/no-type": (lambda s: iter([b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + page(ARTICLE).encode()]), WELL),

    "/loop": (lambda s: to("/loop"), FAILED),
    "/ping": (lambda s: to("/pong"), FAILED),
    "/pong": (lambda s: to("/ping"), FAILED),
    "/to-nothing": (lambda s: to(""), FAILED),
    "/to-loopback": (lambda s: to("http://127.0.0.1/"), REFUSED),
    "/to-other-port": (lambda s: to(f"http://127.0.0.1:{s.port + 1}/"), REFUSED),
    "/to-other-loopback": (lambda s: to(f"http://127.0.0.2:{s.port}/article"), REFUSED),
    "/to-short-loopback": (lambda s: to(f"http://127.2:{s.port}/article"), REFUSED),
    "/to-octal": (lambda s: to(f"http://0177.0.0.2:{s.port}/article"), REFUSED),
    "/to-hex": (lambda s: to(f"http://0x7f000002:{s.port}/article"), REFUSED),
    "/to-decimal": (lambda s: to(f"http://2130706434:{s.port}/article"), REFUSED),
    "/to-mapped": (lambda s: to(f"http://[::ffff:127.0.0.2]:{s.port}/article"), REFUSED),
    "/to-private": (lambda s: to("http://10.0.0.1/"), REFUSED),
    "/to-metadata": (lambda s: to("http://169.254.169.254/latest/meta-data/"), REFUSED),
    "/to-alibaba-metadata": (lambda s: to("http://100.100.100.200/latest/meta-data/"), REFUSED),
    "/to-ipv6": (lambda s: to("http://[::1]/"), REFUSED),
    "/to-localhost": (lambda s: to("http://localhost/"), REFUSED),
    "/to-zero": (lambda s: to("http://0.0.0.0/"), REFUSED),
    "/to-nat64": (lambda s: to("http://[64:ff9b::7f00:1]/"), REFUSED),
    "/to-teredo": (lambda s: to("http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/"), REFUSED),
    "/to-unique-local": (lambda s: to("http://[fd00:ec2::254]/latest/meta-data/"), REFUSED),
    "/to-site-local": (lambda s: to("http://[fec0::1]/"), REFUSED),
    "/to-link-local": (lambda s: to("http://[fe80::1%25eth0]/"), REFUSED),
    "/to-mapped-metadata": (lambda s: to("http://[::ffff:169.254.169.254]/"), REFUSED),
    "/to-compatible": (lambda s: to("http://[::127.0.0.1]/"), REFUSED),
    "/to-carrier": (lambda s: to("http://100.64.0.1/"), REFUSED),
    "/to-protocol-assignments": (lambda s: to("http://192.0.0.192/opc/v1/"), REFUSED),
    "/to-azure": (lambda s: to("http://168.63.129.16/"), REFUSED),
    "/to-benchmark": (lambda s: to("http://198.18.0.1/"), REFUSED),
    "/to-reserved": (lambda s: to("http://240.0.0.1/"), REFUSED),
    "/to-broadcast": (lambda s: to("http://255.255.255.255/"), REFUSED),
    "/to-multicast": (lambda s: to("http://224.0.0.1/"), REFUSED),
    "/to-this-network": (lambda s: to("http://0.1.2.3/"), REFUSED),
    "/to-percent": (lambda s: to("http://%31%32%37.0.0.2/"), REFUSED),
    "/to-wide-digits": (lambda s: to("http://１２７.0.0.2/"), REFUSED),
    "/to-at": (lambda s: to("http://example.org@127.0.0.2/"), REFUSED),
    "/to-slashless": (lambda s: to("//127.0.0.2/"), REFUSED),
    "/to-dict": (lambda s: to("dict://127.0.0.1:11211/stat"), REFUSED),
    "/to-smb": (lambda s: to("smb://127.0.0.1/share"), REFUSED),
    "/to-data": (lambda s: to("data:text/html,<p>x"), FAILED),
    "/to-script": (lambda s: to("javascript:alert(1)"), FAILED),
    "/to-6to4": (lambda s: to("http://[2002:7f00:1::]/"), REFUSED),
    "/to-file": (lambda s: to("file:///etc/passwd"), REFUSED),
    "/to-ftp": (lambda s: to("ftp://127.0.0.1/"), REFUSED),
    "/to-gopher": (lambda s: to("gopher://127.0.0.1:6379/_INFO"), REFUSED),
    "/to-user": (lambda s: to(f"http://admin:secret@127.0.0.1:{s.port}/article"), REFUSED),
    "/private/page": (lambda s: ok(page(ARTICLE)), REFUSED),  # robots.txt

    "/drip": (lambda s: drip(), TIMEOUT),
    "/silent": (lambda s: silence(3), TIMEOUT),
    "/closed": (lambda s: iter([]), FAILED),
    "/endless": (lambda s: chunked(endless()), FAILED),
    "/bomb": (lambda s: bomb(), FAILED),
    "/endless-head": (lambda s: endless_head(), FAILED),
    "/shorter-than-told": (lambda s: iter([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\nConnection: close\r\n\r\n" + page(ARTICLE).encode()]), FAILED),
    "/too-large": (lambda s: iter([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\nx"]), FAILED),
    "/broken-gzip": (lambda s: ok(b"this is no gzip", "text/html", "Content-Encoding: gzip"), FAILED),
    "/no-http": (lambda s: iter([b"\x16\x03\x01\x02\x00 what is this\r\n\r\n"]), FAILED),
    "/pdf": (lambda s: ok(b"%PDF-1.7", "application/pdf"), FAILED),
    "/image": (lambda s: ok(b"\x89PNG\r\n", "image/png"), FAILED),
    "/404": (lambda s: answer("404 Not Found"), FAILED),
    "/403": (lambda s: answer("403 Forbidden"), FAILED),
    "/500": (lambda s: answer("500 Internal Server Error"), FAILED),

    "/empty": (lambda s: ok(b"", "text/html"), (400, "empty-text")),
    "/binary": (lambda s: ok(bytes(range(256)) * 100, "text/html"), NOT_ARTICLE),
    "/list": (lambda s: ok("<html><head><title>News</title></head><body><ul>" + "".join(f"<li><a href=/{i}>Meldung Nummer {i} aus der Stadt</a></li>" for i in range(60)) +
                           "</ul></body></html>"), NOT_ARTICLE),
    "/frames": (lambda s: ok("<html><head><title>x</title></head><frameset><frame src=/article></frameset></html>"), NOT_ARTICLE),
}


class Listener:
    """Takes connections to `socket` and serves each in a thread of its own."""

    def listen(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                c, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(c,), daemon=True).start()


class Site(Listener):
    """The site on a free port of 127.0.0.1; paths asked for are kept in `asked`."""

    def __init__(self):
        self.asked, self.answers = [], []
        self.now = threading.local()  # the request that a thread answers
        self.listen()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(self, c):
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                got = c.recv(65536)
                if not got:
                    return
                head += got
            path = head.split(b" ")[1].decode()
            self.asked.append(path)
            self.now.head, self.now.path = head, path
            if path == "/robots.txt":
                sender = ok("User-agent: *\nDisallow: /\n\nUser-agent: nutgraf\nDisallow: /private/\n", "text/plain")
            else:
                sender = (PAGES[path][0](self) if path in PAGES else conditional(self, CACHED[path][0]) if path in CACHED else
                          answer("404 Not Found"))
            for piece in sender:
                c.sendall(piece)
        except OSError:
            pass
        finally:
            c.close()

    def close(self):
        self.socket.close()


# ---- a proxy, and a site behind it that speaks HTTP/2 ---------------------------------------------------------------------


def pump(a, b):
    try:
        while got := a.recv(65536):
            b.sendall(got)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Proxy(Listener):
    """An HTTP proxy for which every name is one site: over CONNECT the port `tls`, else pages of its own. `asked` is what it was asked."""

    def __init__(self, tls=None):
        self.asked, self.tls = [], tls
        self.listen()
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self, c):
        with c:
            head = b""
            while b"\r\n\r\n" not in head:
                got = c.recv(65536)
                if not got:
                    return
                head += got
            method, target, _ = head.decode().split("\r\n")[0].split(" ")
            self.asked.append(f"{method} {target}")
            if method == "CONNECT":
                there = socket.create_connection(("127.0.0.1", self.tls))
                c.sendall(b"HTTP/1.1 200 Go on\r\nContent-Type: image/png\r\n\r\n")
                threading.Thread(target=pump, args=(there, c), daemon=True).start()
                pump(c, there)
                return
            path = "/" + target.split("/", 3)[3]
            sender = (to("http://127.0.0.1/") if path == "/inward" else to("http://0x7f.1/") if path == "/inward-hex" else
                      answer("404 Not Found") if path == "/robots.txt" else ok(page(ARTICLE)))
            for piece in sender:
                c.sendall(piece)

    def close(self):
        self.socket.close()


class Http2(Listener):
    """A site that speaks HTTP/2 and nothing else, over TLS with a certificate of its own for news.example (RFC 9113, as little as will do)."""

    @staticmethod
    def possible():
        return shutil.which("openssl") and ssl.HAS_ALPN

    def __init__(self, folder):
        self.certificate, key = f"{folder}/site.pem", f"{folder}/site.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=news.example", "-addext",
                        "subjectAltName=DNS:news.example", "-keyout", key, "-out", self.certificate], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self.context.set_alpn_protocols(["h2"])
        self.requests = 0
        self.spoken = []  # what ALPN agreed on
        self.listen()

    def serve(self, raw):
        def frame(kind, flags, stream, payload=b""):
            c.sendall(struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload)

        def read(n):
            got = b""
            while len(got) < n:
                piece = c.recv(n - len(got))
                if not piece:
                    raise OSError("closed")
                got += piece
            return got

        try:
            c = self.context.wrap_socket(raw, server_side=True)
            self.spoken.append(c.selected_alpn_protocol())
            read(24)  # the preface
            frame(4, 0, 0)
            while True:
                head = read(9)
                kind, flags, stream = head[3], head[4], struct.unpack(">I", head[5:])[0]
                payload = read(int.from_bytes(head[:3], "big"))
                if kind == 4 and not flags & 1:
                    frame(4, 1, 0)  # settings are taken note of
                elif kind == 6 and not flags & 1:
                    frame(6, 1, 0, payload)
                elif kind == 1:
                    self.requests += 1
                    kind_of_page = b"text/html; charset=utf-8"
                    frame(1, 4, stream, b"\x88\x0f\x10" + bytes([len(kind_of_page)]) + kind_of_page)  # :status 200, content-type
                    frame(0, 1, stream, page(ARTICLE).encode())
        except (OSError, ssl.SSLError):
            raw.close()

    def close(self):
        self.socket.close()
