"""HTTP/1.1 over a plain socket: sends whatever bytes it is given, well-formed or not, and reads replies."""
import socket


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        for k, v in self.headers:
            if k.lower() == name.lower():
                return v
        return None


class Closed(Exception):
    """The connection ended before a whole reply had come."""


def request(method, target, body=None, headers=(), close=False):
    """The bytes of one request. headers: (name, value) pairs; Host and Content-Length are added unless given."""
    names = {k.lower() for k, _ in headers}
    lines = [f"{method} {target} HTTP/1.1"]
    if "host" not in names:
        lines.append("Host: localhost")
    if body is not None and "content-length" not in names and "transfer-encoding" not in names:
        lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    lines += [f"{k}: {v}" for k, v in headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def chunked(pieces):
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces if p) + b"0\r\n\r\n"


class Client:
    def __init__(self, address, timeout=30):
        self.socket = socket.create_connection(address, timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False when the server has closed before all was sent; a reply may still wait."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def end(self):
        self.socket.shutdown(socket.SHUT_WR)

    def more(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            raise Closed("reset")
        if not data:
            raise Closed("closed")
        self.rest += data

    def reply(self, method="GET"):
        while True:
            while b"\r\n\r\n" not in self.rest:
                self.more()
            head, _, self.rest = self.rest.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ")[1])
            headers = [tuple(x.split(": ", 1)) for x in lines[1:]]
            if status == 100:
                continue
            r = Reply(status, headers, b"")
            n = int(r.header("content-length") or 0)
            if method != "HEAD" and status not in (204, 304):
                while len(self.rest) < n:
                    self.more()
                r.body, self.rest = self.rest[:n], self.rest[n:]
            return r

    def closed(self):
        """True when the server closes and sends nothing more."""
        try:
            self.more()
        except Closed:
            return True
        return False

    def ask(self, method, target, body=None, headers=(), **more):
        self.send(request(method, target, body, headers, **more))
        return self.reply(method)
