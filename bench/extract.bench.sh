#!/usr/bin/env bash
# Article extraction beside its peers (extract.py), where the benchmark's pages are.
make -s build/bench/extract && python3 bench/extract.py
