#!/usr/bin/env python3
"""The words whose classes a model knows: those of the training sets and the most frequent ones of the package wordfreq.
Writes LANG.words (lower case) and LANG.cased (as mostly written). usage: vocabulary.py LANG COUNT DATASETS"""
import sys,gzip,msgpack,collections,glob,os,wordfreq
lang=sys.argv[1]; N=int(sys.argv[2])
D=sys.argv[3]+'/'+lang
P=os.path.dirname(wordfreq.__file__)+'/data/'
case=collections.defaultdict(collections.Counter)
cnt=collections.Counter()
for f in sorted(glob.glob(D+'/*.conll')):
    if '.dev.' in f: continue   # the vocabulary is not chosen by what is measured on
    for line in open(f,encoding='utf8'):
        if '\t' not in line: continue
        w=line.split('\t')[0]
        case[w.lower()][w]+=1; cnt[w.lower()]+=1
words=[]
seen=set()
def add(w):
    if w in seen or len(w)>30: return
    if not any(c.isalpha() for c in w): return
    seen.add(w); words.append(w)
fs=[P+f'large_{lang}.msgpack.gz',P+f'small_{lang}.msgpack.gz']
bins=[]
for f in fs:
    if os.path.exists(f):
        bins=msgpack.unpack(gzip.open(f),raw=False)[1:]; break
freq=[w for b in bins for w in b]
print(lang,'wordfreq',len(freq),'corpus',len(cnt),file=sys.stderr)
for w,c in cnt.most_common():
    if c>=2: add(w)
for w in freq: 
    if len(words)>=N: break
    add(w)
for w,c in cnt.items(): add(w) if len(words)<N else None
with open(f'{lang}.words','w') as o, open(f'{lang}.cased','w') as q:
    for w in words:
        c=case.get(w)
        if c: form=c.most_common(1)[0][0]
        else: form=w
        if form.isupper() and len(form)>4: form=form.capitalize()
        o.write(w+'\n'); q.write(form+'\n')
print(len(words),file=sys.stderr)
