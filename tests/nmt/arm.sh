#!/usr/bin/env bash
# make arm: BUILD. The translation engine for 64-bit Arm: cross-compiled, and its unit tests run under qemu, on a processor with the
# dot product instructions and on one without. Debian: gcc-aarch64-linux-gnu qemu-user.
set -eu
build=$1 cross=${CROSS_CC:-aarch64-linux-gnu-gcc} qemu=${QEMU:-qemu-aarch64}
command -v "$cross" >/dev/null || { echo "skipped: $cross is missing (apt-get install gcc-aarch64-linux-gnu)"; exit 0; }
command -v "$qemu" >/dev/null || { echo "skipped: $qemu is missing (apt-get install qemu-user)"; exit 0; }
mkdir -p "$build/arm"
sources=$(find core/base core/nmt -name '*.c' ! -name '*_fuzz.c')
# ICU: headers alone, behind the cross compiler's own
# shellcheck disable=SC2086
"$cross" -std=gnu17 -O2 -g -static -ffp-contract=off -fno-strict-aliasing -pthread -Wall -Wextra -Wpedantic -Wshadow -Werror -D_GNU_SOURCE \
    -I tests/nmt/cross -I. -idirafter /usr/include -o "$build/arm/test_nmt" tests/unit/test_nmt.c $sources -lm
for cpu in max cortex-a53; do
    echo "== $cpu"
    "$qemu" -cpu "$cpu" "$build/arm/test_nmt" | tee "$build/arm/$cpu.txt"
    # the last one tells which kernels ran
done
grep -q 'dotprod neon c' "$build/arm/max.txt" || { echo "FAIL: the dot product kernel did not run"; exit 1; }
grep -q ': neon c' "$build/arm/cortex-a53.txt" || { echo "FAIL: the NEON kernel did not run"; exit 1; }
echo "the engine's tests pass on 64-bit Arm, by dot product and by NEON"
