#!/usr/bin/env bash
# make oracle: ORACLE BUILD. Fetches the original engine from npm and runs oracle.py; hours for all models, so name some:
#   MODELS=mini,mini-two BATCHES=1,8,32 make oracle
set -eu
scripts=$1 build=$2
[ -f "$scripts/make_model.py" ] || { echo "skipped: there is no $scripts/make_model.py (set ORACLE=)"; exit 0; }
command -v npm >/dev/null || { echo "skipped: npm is missing"; exit 0; }
command -v spm_train >/dev/null || { echo "skipped: spm_train is missing (apt-get install sentencepiece python3-numpy)"; exit 0; }
package=$build/oracle/npm/node_modules/@browsermt/bergamot-translator
mkdir -p "$build/oracle/npm"
[ -d "$package" ] || npm install --silent --no-fund --no-audit --prefix "$build/oracle/npm" @browsermt/bergamot-translator@0.4.9 >/dev/null
exec /usr/bin/python3 tests/nmt/oracle.py --scripts "$scripts" --package "$PWD/$package" --work "$build/oracle" --nutgraf "$build/nutgraf" \
    --batches "${BATCHES:-1,8,32}" ${MODELS:+--models "$MODELS"}
