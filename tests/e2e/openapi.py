#!/usr/bin/python3
"""Keeps what is made from openapi.yaml in step with it.

    openapi.py --check   tells whether handlers/openapi.json says the same as openapi.yaml
    openapi.py --write   makes handlers/openapi.json, after asking the program (NUTGRAF, build/nutgraf) for the reply
                         shown as the example of POST /v1/analyze
"""
import json
import os
import re
import sys

import yaml

from contract import ROOT, load
from http11 import Client
from program import Server

YAML = os.path.join(ROOT, "openapi.yaml")
JSON = os.path.join(ROOT, "handlers", "openapi.json")
BEGIN, END = "# made by tests/e2e/openapi.py --write; begin\n", "# end\n"


def as_json(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def example_reply():
    request = load()["paths"]["/v1/analyze"]["post"]["requestBody"]["content"]["application/json"]["examples"]["hire"]["value"]
    server = Server("--log-format=off")
    with Client(server.address) as c:
        reply = c.ask("POST", "/v1/analyze", json.dumps(request).encode(), [("Content-Type", "application/json")])
    server.stop()
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


def write():
    text = open(YAML, encoding="utf-8").read()
    m = re.search(r"^( *)" + re.escape(BEGIN) + r"(.*?)^ *" + re.escape(END), text, re.M | re.S)
    lines = yaml.safe_dump({"value": example_reply()}, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None).splitlines()
    block = "".join(m[1] + x + "\n" for x in lines)
    text = text[:m.start(2)] + block + text[m.end(2):]
    open(YAML, "w", encoding="utf-8").write(text)
    open(JSON, "w", encoding="utf-8").write(as_json(load()))


def check():
    return open(JSON, encoding="utf-8").read() == as_json(load())


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    elif sys.argv[1:] == ["--check"]:
        if not check():
            sys.exit("handlers/openapi.json is not what openapi.yaml says: run tests/e2e/openapi.py --write")
    else:
        sys.exit(__doc__)
