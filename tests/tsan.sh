#!/usr/bin/env bash
# ThreadSanitizer over what has threads: the queue's unit tests, and the server under a mixed load over HTTP. Usage: tsan.sh BUILD
set -u
cd "$(dirname "$0")/.." || exit 1
export NUTGRAF_DATA=$PWD/data TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1"
CMOCKA_MESSAGE_OUTPUT=TAP "$1/tests/unit/test_server" || exit 1
NUTGRAF=$1/nutgraf /usr/bin/python3 tests/e2e/run.py
