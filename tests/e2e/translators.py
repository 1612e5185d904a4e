"""A translation service that speaks LibreTranslate's, DeepL's and OpenAI's API, and fails in every way such services fail."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "k3y-that-n0body-may-see"
GERMAN = "Die Nordbahn AG stellt im kommenden Jahr 500 neue Lokführer in Hamburg ein, sagte der Vorstand am Montag."
ENGLISH = "Nordbahn AG will hire 500 new train drivers in Hamburg next year, the management board said on Monday."
WRONG = {
    "number": ENGLISH.replace("500", "700"),
    "unchanged": GERMAN,
    "french": "La société Nordbahn AG va embaucher 500 nouveaux conducteurs de train à Hambourg l'année prochaine, a déclaré lundi la direction.",
    "script": "Нордбан нанимает 500 новых машинистов в Гамбурге в следующем году, сообщило правление в понедельник.",
    "empty": "",
    "lost name": ENGLISH.replace("Nordbahn AG", "The railway"),
    "garbled": "hire new hire new hire new hire new hire new hire new hire new hire new hire new 500",
}

# the API -> path, flags, and how its replies hold texts
APIS = {
    "libretranslate": ("", lambda b: b["q"], lambda t: {"translatedText": t}),
    "deepl": ("", lambda b: b["text"], lambda t: {"translations": [{"detected_source_language": "DE", "text": x} for x in t]}),
    "openai": ("/v1", lambda b: json.loads(b["messages"][1]["content"])["sentences"],
               lambda t: {"choices": [{"message": {"role": "assistant", "content": "```json\n" + json.dumps({"translations": t}) + "\n```"}}]}),
}
PATHS = {"/translate": "libretranslate", "/v2/translate": "deepl", "/v1/chat/completions": "openai"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(data))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        service = self.server.service
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        api = PATHS.get(self.path)
        service.asked.append((api, dict(self.headers), body))
        mode = service.mode
        if not api:
            return self.answer(404, {})
        _, texts_of, reply_of = APIS[api]
        texts = texts_of(body)
        made = [WRONG[mode] if mode in WRONG else service.translate(t) for t in texts]
        if mode == "slow":
            service.ending.wait(20)
            return None
        if mode == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            try:
                while not service.ending.wait(0.2):
                    self.wfile.write(b" ")
            except OSError:
                pass
            self.close_connection = True
            return None
        if mode == "closes":
            self.close_connection = True
            return None
        if mode == "once 503" and len(service.asked) == 1:
            return self.answer(503, {"error": "warming up"})
        if mode == "once 429" and len(service.asked) == 1:
            return self.answer(429, {"error": "slow down"}, [("Retry-After", "1")])
        if mode == "429 for long":
            return self.answer(429, {"error": "slow down"}, [("Retry-After", "3600")])
        if mode.isdigit():
            return self.answer(int(mode), {"error": f"no, {KEY} is not welcome"}, [("Location", "http://127.0.0.1:1/")])
        if mode == "no JSON":
            return self.answer(200, b"<html>down for maintenance</html>")
        if mode == "half JSON":
            return self.answer(200, json.dumps(reply_of(made)).encode()[:-5])
        if mode == "other JSON":
            return self.answer(200, {"error": None, "translatedText": 7, "choices": [], "translations": {"text": 3}})
        if mode == "one too few":
            return self.answer(200, reply_of(made[:-1]))
        if mode == "no texts":
            return self.answer(200, reply_of([None for _ in made]))
        if mode == "bad UTF-8":
            return self.answer(200, json.dumps(reply_of(made)).encode().replace(b"hire", b"h\xff\xfere"))
        if mode == "too large":
            return self.answer(200, reply_of([t + " x" * 3000000 for t in made]))
        return self.answer(200, reply_of(made))


class Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that give up are what is tested."""


class Service:
    def __init__(self):
        self.mode, self.asked, self.ending, self.known = "well", [], threading.Event(), {GERMAN: ENGLISH}
        self.http = Http(("127.0.0.1", 0), Handler)
        self.http.service = self
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def translate(self, text):
        return self.known.get(text, "An entirely different sentence was asked for here.")

    def flags(self, api, *more):
        return ["--translator=" + api, f"--translator-url=http://127.0.0.1:{self.port}{APIS[api][0]}", "--models=/nonexistent", *more]

    def play(self, mode):
        self.mode, self.asked = mode, []

    def end(self):
        self.ending.set()
        self.http.shutdown()
        self.http.server_close()


# mode -> status of the reply, check of its sentence, most times the service is asked; with a timeout of 1 s and 1 retry
CASES = {
    "well": (200, "good", 1),
    "once 503": (200, "good", 2),
    "number": (200, "number", 1),
    "unchanged": (200, "unchanged", 1),
    "french": (200, "unchanged", 1),
    "script": (200, "unchanged", 1),
    "empty": (200, "garbled", 1),
    "garbled": (200, "garbled", 1),
    "slow": (502, None, 1),
    "drip": (502, None, 1),
    "closes": (502, None, 2),
    "429 for long": (502, None, 1),
    "once 429": (502, None, 1),
    "500": (502, None, 2),
    "503": (502, None, 2),
    "400": (502, None, 1),
    "401": (502, None, 1),
    "403": (502, None, 1),
    "456": (502, None, 1),
    "302": (502, None, 1),
    "no JSON": (502, None, 1),
    "half JSON": (502, None, 1),
    "other JSON": (502, None, 1),
    "one too few": (502, None, 1),
    "no texts": (502, None, 1),
    "bad UTF-8": (502, None, 1),
    "too large": (502, None, 1),
}
