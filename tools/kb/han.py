#!/usr/bin/python3
"""Writes data/text/han.conf from OpenCC's dictionaries: tools/kb/han.py FOLDER >data/text/han.conf

FOLDER: STCharacters.txt, STPhrases.txt, TWVariants.txt, TSCharacters.txt, TSPhrases.txt, TWVariantsRevPhrases.txt, JPVariants.txt of OpenCC; from Debian's libopencc1.1 by
`opencc_dict -i STPhrases.ocd2 -o STPhrases.txt -f ocd2 -t text` and so on. Phrases that come out right without standing in the
file are left out; characters are those that Taiwan's newspapers use."""
import sys


def load(name):
    table = {}
    with open(f"{sys.argv[1]}/{name}.txt", encoding="utf-8") as f:
        for line in f:
            key, values = line.rstrip("\n").split("\t")
            table[key] = values.split(" ")[0]
    return table


def convert(text, phrases, chars):
    """What the reader of the file makes of it: the longest phrase, else the character."""
    out, i = "", 0
    while i < len(text):
        for n in range(min(14, len(text) - i), 1, -1):
            if text[i:i + n] in phrases:
                out += phrases[text[i:i + n]]
                i += n
                break
        else:
            out += chars.get(text[i], text[i])
            i += 1
    return out


def needed(phrases, chars):
    kept = {}
    for key in sorted(phrases, key=len):
        if convert(key, kept, chars) != phrases[key]:
            kept[key] = phrases[key]
    return kept


def section(name, chars, phrases):
    print(f"\n[{name}]")
    for table in (chars, phrases):
        for key, value in sorted(table.items(), key=lambda x: (len(x[0]), x[0])):
            if key != value or len(key) > 1:
                print(f"{key}\t{value}")


def main():
    taiwan = load("TWVariants")
    standard = lambda s: "".join(taiwan.get(c, c) for c in s).replace("臺", "台")  # as newspapers write it
    to_hant = {k: standard(v) for k, v in load("STCharacters").items() if len(k) == 1}
    for key, value in taiwan.items():
        to_hant.setdefault(key, value)
    to_hans = {k: v for k, v in load("TSCharacters").items() if len(k) == 1}
    for key, value in taiwan.items():
        to_hans.setdefault(value, to_hans.get(key, key))
    print("# Chinese in the other script, and as Japan writes it ([ja]): characters, then words in which a character stands for another one than usual; the longest counts.")
    print("# Made by tools/kb/han.py from OpenCC 1.1.6 (Apache License 2.0), with the characters of Taiwan's newspapers.")
    section("hant", to_hant, needed({k: standard(v) for k, v in load("STPhrases").items()}, to_hant))
    plain = load("TSCharacters")
    words = dict(load("TSPhrases"))
    for key, value in load("TWVariantsRevPhrases").items():  # 著作 stays, 看著 is 看着
        words[key] = "".join(plain.get(c, c) for c in value)
    section("hans", to_hans, needed(words, to_hans))
    shinjitai, own = load("JPVariants"), load("STCharacters")  # traditional -> Japanese
    japanese = {k: shinjitai.get(v, v) for k, v in own.items() if len(k) == 1}
    japanese.update((k, v) for k, v in shinjitai.items() if len(k) == 1)
    for c in shinjitai.values():  # what Japan writes stays: 国, 学
        japanese.pop(c, None)
    section("ja", japanese, {})


main()
