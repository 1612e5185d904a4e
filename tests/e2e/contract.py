"""Holds replies of the server against openapi.yaml: status, headers and body, each exactly."""
import json
import os
import re

import jsonschema
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# of the transport, not of the contract
TRANSPORT = {"date", "connection", "content-length", "content-type"}
CORS = {"vary", "access-control-allow-origin", "access-control-expose-headers"}
# what HTTP itself may answer before a path is known
ANYWHERE = {
    400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed", 408: "SlowClient", 413: "TooLarge", 414: "UriTooLong",
    431: "HeadersTooLarge", 500: "ServerError", 503: "Unavailable", 505: "HttpVersion",
}


class Broken(AssertionError):
    pass


def load(path=os.path.join(ROOT, "openapi.yaml")):
    with open(path, encoding="utf-8") as f:
        return yaml.safe_load(f)


class Contract:
    def __init__(self, document=None):
        self.document = document or load()
        self.problems = self.document["components"]["x-problems"]
        self.checked = 0
        self.seen = set()  # (path, method, status)

    # ---- references ----

    def follow(self, pointer):
        node = self.document
        for part in pointer.lstrip("#/").split("/"):
            node = node[part]
        return node

    def expand(self, node):
        """The node with every $ref replaced by what it points to; what stands beside a $ref holds as well."""
        if isinstance(node, list):
            return [self.expand(x) for x in node]
        if not isinstance(node, dict):
            return node
        beside = {k: self.expand(v) for k, v in node.items() if k != "$ref"}
        if "$ref" not in node:
            return beside
        target = self.expand(self.follow(node["$ref"]))
        return target if not beside else {"allOf": [target], **beside}

    def validate(self, schema, value, what):
        errors = sorted(jsonschema.Draft202012Validator(self.expand(schema)).iter_errors(value), key=str)
        if errors:
            e = errors[0]
            raise Broken(f"{what}: {'/'.join(map(str, e.absolute_path))}: {e.message[:300]}")

    # ---- replies ----

    def response_of(self, path, method, status):
        item = self.document["paths"].get(path)
        operation = item and item.get("get" if method == "HEAD" else method.lower())
        if not operation:
            if path == "*" and method == "OPTIONS" and status == 204:
                return self.document["components"]["responses"]["Options"]
            if status not in ANYWHERE:
                raise Broken(f"{method} {path}: {status} for what openapi.yaml does not know")
            return self.document["components"]["responses"][ANYWHERE[status]]
        response = operation["responses"].get(str(status))
        if not response:
            raise Broken(f"{method} {path}: openapi.yaml has no {status} for it")
        return self.follow(response["$ref"]) if "$ref" in response else response

    def check(self, method, path, reply, cors=False):
        """reply: .status, .headers (list of (name, value)), .body."""
        what = f"{method} {path} {reply.status}"
        response = self.response_of(path, method, reply.status)
        self.check_headers(what, response, reply, cors)
        self.check_body(what, method, response, reply)
        self.checked += 1
        self.seen.add((path, method, reply.status))

    def check_headers(self, what, response, reply, cors):
        given = {}
        for name, value in reply.headers:
            if name.lower() in given:
                raise Broken(f"{what}: header {name} twice")
            given[name.lower()] = value
        known = set(TRANSPORT) | (CORS if cors else set())
        for name, header in response.get("headers", {}).items():
            header = self.follow(header["$ref"]) if "$ref" in header else header
            known.add(name.lower())
            if name.lower() in given:
                self.validate(header["schema"], given[name.lower()], f"{what}: header {name}")
            elif header.get("required"):
                raise Broken(f"{what}: no header {name}")
        unknown = set(given) - known
        if unknown:
            raise Broken(f"{what}: header {unknown.pop()} is not in openapi.yaml")

    def check_body(self, what, method, response, reply):
        content = response.get("content")
        media = reply.header("content-type")
        if not content:
            if reply.body or media:
                raise Broken(f"{what}: a body where openapi.yaml has none")
            return
        if media not in content:
            raise Broken(f"{what}: Content-Type {media} is not in openapi.yaml")
        if method == "HEAD":
            if reply.body:
                raise Broken(f"{what}: a body")
            return
        text = reply.body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=unique) if media.endswith("json") else text
        self.validate(content[media]["schema"], value, what)
        if media == "application/problem+json":
            self.check_problem(what, reply, value)

    def check_problem(self, what, reply, p):
        slug = p["type"].rsplit(":", 1)[1]
        told = self.problems[slug]
        for name, want in (("status", reply.status), ("status", told["status"]), ("title", told["title"]),
                           ("request_id", reply.header("x-request-id")),
                           ("instance", "urn:nutgraf:request:" + reply.header("x-request-id"))):
            if p[name] != want:
                raise Broken(f"{what}: {name} is {p[name]!r}, not {want!r}")
        if p.get("retry_after") != (int(reply.header("retry-after")) if reply.header("retry-after") else None):
            raise Broken(f"{what}: retry_after and Retry-After differ")
        if reply.header("allow") and p.get("allow") != reply.header("allow").split(", "):
            raise Broken(f"{what}: allow and Allow differ")


def unique(pairs):
    d = dict(pairs)
    if len(d) != len(pairs):
        raise Broken("a JSON object with the same key twice")
    return d


def err_codes():
    """slug -> title of core/err_codes.def"""
    with open(os.path.join(ROOT, "core", "err_codes.def"), encoding="utf-8") as f:
        rows = re.findall(r'^X\(\w+,\s*"([^"]+)",\s*"([^"]+)"\)', f.read(), re.M)
    return {slug: title for slug, title in rows if slug != "ok"}
