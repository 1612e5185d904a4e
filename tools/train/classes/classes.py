#!/usr/bin/env python3
"""Word classes for the recogniser: word <tab> fine <tab> middle <tab> coarse <tab> kind, each 1..; from vectors of words.

usage: clusters.py LANG WORDS VECTORS DATASETS OUT
"""
import sys, glob, os, collections
import numpy as np
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

lang, words_path, vec_path, sets, out = sys.argv[1:6]
words = open(words_path, encoding='utf8').read().split('\n')[:-1]
v = np.fromfile(vec_path, dtype=np.float32).reshape(len(words), -1)
v -= v.mean(0); v /= np.linalg.norm(v, axis=1, keepdims=True) + 1e-9
p = PCA(96, svd_solver='randomized', random_state=1).fit_transform(v)
pn = p / (np.linalg.norm(p, axis=1, keepdims=True) + 1e-9)
cols = []
for k in (1500, 128):
    km = MiniBatchKMeans(k, random_state=1, batch_size=4096, n_init=1, max_iter=25, init_size=3*k if 3*k>6000 else 6000).fit(pn)
    cols.append(km.labels_ + 1)
# what words are in names, as the training sets have it
W = {'wikiann': .15, 'btc': .2, 'wnut17': .3, 'crossner': .5, 'mobie': .15, 'ler': .3, 'europeana-sbb': .2, 'weibo-hans': .5}
CL = ['O', 'PF', 'PL', 'ORG', 'LOC', 'MISC']
index = {w: i for i, w in enumerate(words)}
cnt = np.zeros((len(words), len(CL)))
chars = lang in ('zh', 'ja')
def feed(toks, tags, w):
    n = len(toks); i = 0
    while i < n:
        if tags[i] == 'O':
            k = index.get(toks[i].lower())
            if k is not None: cnt[k, 0] += w
            i += 1; continue
        t = tags[i][2:]; j = i + 1
        while j < n and tags[j] == 'I-' + t: j += 1
        for q in range(i, j):
            k = index.get(toks[q].lower())
            if k is None: continue
            c = (1 if q == i and j > i + 1 else 2) if t == 'PER' else CL.index(t)
            cnt[k, c] += w
        i = j
def words_of(toks, tags):
    """characters joined to words by greedy longest match, names kept whole"""
    o, og = [], []
    i = 0
    while i < len(toks):
        if tags[i] != 'O':
            j = i + 1
            while j < len(toks) and tags[j].startswith('I-'): j += 1
            o.append(''.join(toks[i:j])); og.append(tags[i]); i = j; continue
        for L in (5, 4, 3, 2, 1):
            s = ''.join(toks[i:i+L])
            if i + L <= len(toks) and all(t == 'O' for t in tags[i:i+L]) and (L == 1 or s in index):
                o.append(s); og.append('O'); i += L; break
    return o, og
for f in sorted(glob.glob(f'{sets}/{lang}/*.train.conll')):
    w = W.get(os.path.basename(f).split('.')[0], 1.0)
    toks, tags = [], []
    for line in open(f, encoding='utf8'):
        line = line.rstrip('\n')
        if not line:
            if chars: toks, tags = words_of(toks, tags)
            feed(toks, tags, w); toks, tags = [], []
        else:
            a, b = line.split('\t'); toks.append(a); tags.append(b)
tot = cnt.sum(1)
seen = np.where(tot > 0)[0]
print(lang, 'labelled words', len(seen), file=sys.stderr)
fold = np.random.RandomState(7).randint(0, 5, len(words))
x = np.concatenate([p / p.std(), np.array([[w[:1].isupper()] for w in words], float)], 1).astype(np.float32)
prob = np.zeros((len(words), len(CL)))
def fit(idx):
    xs, ys, ws = [], [], []
    for c in range(len(CL)):
        m = idx[cnt[idx, c] > 0]
        xs.append(x[m]); ys.append(np.full(len(m), c)); ws.append(cnt[m, c] / tot[m] * np.minimum(tot[m], 4) ** .5)
    return LogisticRegression(C=.5, max_iter=60).fit(np.concatenate(xs), np.concatenate(ys), np.concatenate(ws))
full = fit(seen)
prob[:, full.classes_] = full.predict_proba(x)
for k in range(5):
    m = fit(seen[fold[seen] != k])
    t = seen[fold[seen] == k]
    prob[t] = 0
    prob[np.ix_(t, m.classes_)] = m.predict_proba(x[t])
order = np.argsort(-prob, axis=1)
p1 = np.take_along_axis(prob, order[:, :1], 1)[:, 0]; p2 = np.take_along_axis(prob, order[:, 1:2], 1)[:, 0]
b = np.digitize(p1, [.4, .55, .7, .85, .95])
kind = 1 + order[:, 0] * 42 + b * 7 + np.where(p2 > .15, order[:, 1] + 1, 0)
y = cnt[seen].argmax(1)
print(lang, 'cross-fitted accuracy', (prob[seen].argmax(1) == y).mean(), 'majority', max(np.bincount(y)) / len(y), file=sys.stderr)
with open(out, 'w', encoding='utf8') as o:
    for i, w in enumerate(words):
        o.write(f'{w}\t{cols[0][i]}\t{cols[1][i]}\t{kind[i]}\n')
