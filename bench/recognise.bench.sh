#!/usr/bin/env bash
# Names beside CoreNLP and underthesea (recognise.py). $PYTHON: one that has underthesea; $CORENLP: a folder with CoreNLP's jars and models.
${PYTHON:-python3} bench/recognise.py --nutgraf "$1" ${CORENLP:+--corenlp "$CORENLP"}
