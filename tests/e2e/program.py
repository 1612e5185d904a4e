"""Starts and stops the program under test."""
import json
import os
import re
import signal
import subprocess
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NUTGRAF = os.path.abspath(os.environ.get("NUTGRAF", os.path.join(ROOT, "build", "nutgraf")))
DATA = os.environ.get("NUTGRAF_DATA", os.path.join(ROOT, "data"))
SANITIZER = re.compile(r"ERROR: \w+Sanitizer|runtime error:|SUMMARY: \w+Sanitizer")


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("NUTGRAF")}
    env.update(NUTGRAF_DATA=DATA, ASAN_OPTIONS="exitcode=66:detect_leaks=1:abort_on_error=0", UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
    env.update(more)
    return env


class Server:
    """A server on a free port; everything it writes to standard error is kept."""

    def __init__(self, *flags, env=None):
        self.lines = []
        self.process = subprocess.Popen([NUTGRAF, "serve", "--listen=127.0.0.1:0", *flags], env=environment(**(env or {})),
                                        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.started = threading.Event()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        if not self.started.wait(60) or not self.address:
            raise RuntimeError("the server does not start: " + "\n".join(self.lines))

    address = None

    def read(self):
        for raw in self.process.stderr:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            self.lines.append(line)
            m = re.search(r"listening.*http://([0-9.]+):(\d+)", line)
            if m:
                self.address = (m[1], int(m[2]))
                self.started.set()
        self.started.set()

    def stop(self, how=signal.SIGTERM, timeout=60):
        """Exit code; complains of anything a sanitizer has said."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server does not end")
        self.reader.join(10)
        for line in self.lines:
            if SANITIZER.search(line):
                raise AssertionError("\n".join(self.lines[-60:]))
        return code

    def log(self):
        """The lines of the access log, parsed."""
        found = []
        for line in list(self.lines):
            if line.startswith("{"):
                found.append(json.loads(line))
        return found

    def logged(self, request_id, wait=5):
        until = time.time() + wait
        while time.time() < until:
            for entry in self.log():
                if entry.get("id") == request_id:
                    return entry
            time.sleep(0.01)
        raise AssertionError(f"no line of the log has the id {request_id}")


def run(*arguments, stdin=b"", env=None):
    return subprocess.run([NUTGRAF, *arguments], input=stdin, capture_output=True, env=environment(**(env or {})), timeout=120)
