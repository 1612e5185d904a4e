#!/usr/bin/env bash
# Article extraction beside its peers (extract.py), where the benchmark's pages are.
# $PYTHON: one that has trafilatura and readability-lxml; $NODE_PEERS: a folder whose node_modules has Readability, linkedom and jsdom.
make -s build/bench/extract && ${PYTHON:-python3} bench/extract.py ${NODE_PEERS:+--node "$NODE_PEERS"}
