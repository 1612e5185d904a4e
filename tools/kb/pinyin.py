#!/usr/bin/python3
"""Writes data/text/pinyin.tsv from ICU's Han-Latin transliterators (Unicode CLDR, Unihan): tools/kb/pinyin.py >data/text/pinyin.tsv

Needs Debian's python3-icu. Opening a transliterator costs a process some 80 ms, this table 2 ms."""
from collections import defaultdict

import icu

plain = icu.Transliterator.createInstance("Han-Latin")
names = icu.Transliterator.createInstance("Han-Latin/Names")
version = icu.ICU_VERSION


def is_syllable(s):
    return s.isalpha() and all(ord(c) < 0x3000 for c in s)


def main():
    readings, surnames = defaultdict(list), defaultdict(list)
    for c in map(chr, range(0x3400, 0xA000)):
        r = plain.transliterate(c).strip()
        if not is_syllable(r):
            continue
        readings[r].append(c)
        first = names.transliterate(c + "明").split()[0].strip()
        if first != r and is_syllable(first):
            surnames[first].append(c)
    print("# How Han characters are read, and how they are read as a surname. Made by tools/kb/pinyin.py from ICU", version)
    print("# (Unicode CLDR and Unihan; the Unicode licence). syllable <tab> characters; a line that begins with + : as a surname")
    for mark, table in (("", readings), ("+", surnames)):
        for syllable in sorted(table):
            print(mark + syllable + "\t" + "".join(table[syllable]))


main()
