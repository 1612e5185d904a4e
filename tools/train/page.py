#!/usr/bin/env python3
"""Trains data/page/blocks.model, the two looks of core/html/choose.c, and tells how good it is on sites it has not seen.

    ls pages/*.html | build/tools/page_dump_main data > full.jsonl        pages with their whole article known
    ls others/*.html | build/tools/page_dump_main data > partly.jsonl     pages of which some passages are known
    page.py train  --full full.jsonl --gold ground-truth.json --partly partly.jsonl --segments segments.json --out data/page/blocks.model
    page.py cross  (the same)  --folds 10        each fold holds whole sites
    page.py halves (the same)                    trained on one half of the sites, scored on the other

gold: {id: {"articleBody", "url"}}, the id being the file's name; segments: {path: {"w": [passages of the article], "wo": [passages
beside it]}}. Needs Python with numpy and lightgbm. What was used is told in DATA_LICENSES.md.
"""
import argparse, importlib.util, json, os, random, re
from difflib import SequenceMatcher
from urllib.parse import urlparse
import numpy as np
import lightgbm as lgb

HERE = os.path.dirname(os.path.abspath(__file__))
PARTLY_WEIGHT = 0.07
FIRST = dict(objective='binary', learning_rate=0.07, num_leaves=12, min_data_in_leaf=30, feature_fraction=0.3, bagging_fraction=0.7,
             bagging_freq=1, lambda_l2=5, verbose=-1, num_threads=1, deterministic=True)
SECOND = dict(FIRST, learning_rate=0.05, num_leaves=8, min_data_in_leaf=40, feature_fraction=0.5, lambda_l2=10)
ROUNDS = (150, 80)


def features():
    block = open(os.path.join(HERE, '../../core/html/block.h')).read()
    hints = open(os.path.join(HERE, '../../core/html/hints.h')).read()
    choose = open(os.path.join(HERE, '../../core/html/choose.h')).read()

    def names(text, macro):
        return re.findall(r'X\((\w+)\)', re.search(r'#define %s\(X\)(.*?)\n\n' % macro, text, re.S).group(1))
    return (names(block, 'BLOCK_FEATURES') + ['near_' + n for n in names(block, 'HTML_ZONES') + names(hints, 'HTML_HINTS')],
            names(choose, 'SECOND_FEATURES'))


NAMES, NAMES2 = features()
COPIED = [NAMES.index(n) for n in NAMES2[NAMES2.index('words'):]]


def tokens(s):
    return re.findall(r'\w+', s)


class Page:
    def __init__(self, d):
        self.file, self.texts = d['file'], [b[0] for b in d['blocks']]
        self.x = np.array([b[2] for b in d['blocks']], np.float32)
        self.parent, self.sign = [b[3] for b in d['blocks']], [b[4] for b in d['blocks']]
        self.words = np.expm1(self.x[:, 0])
        self.vetoed = np.array([b[5] for b in d['blocks']], bool)
        self.id = os.path.basename(self.file).rsplit('.', 1)[0]


def align(gold, texts):
    """Share of each block's words that stand in gold, in its order."""
    g, page, own = tokens(gold), [], []
    for i, t in enumerate(texts):
        w = tokens(t)
        page += w
        own += [i] * len(w)
    hit, all_ = np.zeros(len(texts)), np.zeros(len(texts))
    for o in own:
        all_[o] += 1
    for m in SequenceMatcher(None, g, page, autojunk=False).get_matching_blocks():
        for k in range(m.b, m.b + m.size):
            hit[own[k]] += 1
    return hit / np.maximum(all_, 1) > 0.5


def read_full(path, gold):
    pages = []
    for line in open(path):
        p = Page(json.loads(line))
        p.y = align(gold[p.id]['articleBody'], p.texts)
        w = np.sqrt(np.array([len(tokens(t)) for t in p.texts]) + 1)
        p.w = w / w.sum() * 100
        p.site = '.'.join(urlparse(gold[p.id]['url']).netloc.split('.')[-2:])
        pages.append(p)
    return pages


def read_partly(path, segments):
    """Pages of which some blocks are known: .known their numbers, .y and .w of these."""
    squeeze = lambda s: re.sub(r'\s+', ' ', s).strip()
    pages = []
    for line in open(path):
        d = json.loads(line)
        if not d['blocks']:
            continue
        p = Page(d)
        yes = [s for s in map(squeeze, segments[p.file]['w']) if s]
        no = [s for s in map(squeeze, segments[p.file]['wo']) if s]
        told = [(i, any(s in t for s in yes), any(s in t for s in no)) for i, t in enumerate(map(squeeze, p.texts))]
        told = [(i, a) for i, a, b in told if a != b]
        if told:
            p.known = np.array([i for i, _ in told])
            p.y = np.array([a for _, a in told])
            p.w = PARTLY_WEIGHT * np.sqrt(1 + np.array([len(tokens(p.texts[i])) for i in p.known]))
            p.site = p.file
            pages.append(p)
    return pages


def second(p, s):
    """As choose_second in core/html/choose.c."""
    n, cols = len(s), [s]
    for k in (-3, -2, -1, 1, 2, 3):
        c = np.full(n, -1.0)
        if abs(k) < n:
            if k < 0:
                c[-k:] = s[:k]
            else:
                c[:-k] = s[k:]
        cols.append(c)
    w = np.sqrt(p.words + 1)
    cs, cw = np.concatenate([[0], np.cumsum(s * w)]), np.concatenate([[0], np.cumsum(w)])
    for r in (5, 15):
        lo, hi = np.maximum(0, np.arange(n) - r), np.minimum(n, np.arange(n) + r + 1)
        cols.append((cs[hi] - cs[lo]) / (cw[hi] - cw[lo]))
    cols += [cs[:-1] / max(cs[-1], 1e-6), np.full(n, np.log1p(cs[-1]))]
    for order in (range(n), range(n - 1, -1, -1)):
        last, c = None, np.zeros(n)
        for i in order:
            c[i] = 20 if last is None else min(20, abs(i - last))
            last = i if s[i] > 0.6 else last
        cols.append(c)
    for key in (p.parent, p.sign):
        a, b = {}, {}
        for i, k in enumerate(key):
            a[k] = a.get(k, 0) + s[i] * w[i]
            b[k] = b.get(k, 0) + w[i]
        cols.append(np.array([(a[k] - s[i] * w[i]) / (b[k] - w[i]) if b[k] - w[i] > 1e-3 else -1 for i, k in enumerate(key)]))
    cols += [np.maximum.accumulate(s), np.maximum.accumulate(s[::-1])[::-1]]
    return np.column_stack(cols + [p.x[:, k] for k in COPIED]).astype(np.float32)


def fit(params, rounds, x, y, w, seed):
    return lgb.train(dict(params, seed=seed), lgb.Dataset(x, y.astype(int), weight=w), rounds)


def known(p, x):
    return x[p.known] if hasattr(p, 'known') else x


def fit_first(pages, seed):
    return fit(FIRST, ROUNDS[0], np.vstack([known(p, p.x) for p in pages]), np.concatenate([p.y for p in pages]),
               np.concatenate([p.w for p in pages]), seed)


def folds(pages, n, seed):
    sites = sorted({p.site for p in pages})
    random.Random(seed).shuffle(sites)
    of = {s: i % n for i, s in enumerate(sites)}
    return [[p for p in pages if of[p.site] == i] for i in range(n)]


def fit_both(pages, partly, seed):
    """The second look learns from what the first says of pages it has not seen."""
    pages = pages + partly
    unseen = {}
    for test in folds(pages, 5, seed):
        out = set(map(id, test))
        m = fit_first([p for p in pages if id(p) not in out], seed)
        for p in test:
            unseen[id(p)] = m.predict(p.x)
    m2 = fit(SECOND, ROUNDS[1], np.vstack([known(p, second(p, unseen[id(p)])) for p in pages]), np.concatenate([p.y for p in pages]),
             np.concatenate([p.w for p in pages]), seed)
    return fit_first(pages, seed), m2


def judge(models, p):
    s = models[1].predict(second(p, models[0].predict(p.x)))
    return np.where(p.vetoed, 0, s)


def tell(scorer, gold, pages, judged, what):
    for limit in (0.5, 0.55, 0.6, 0.65, 0.7):
        m = scorer.evaluate({p.id: gold[p.id] for p in pages}, {
            p.id: {'articleBody': '\n'.join(t for t, s in zip(p.texts, judged[p.id]) if s > limit)} for p in pages})
        print('%-12s limit %.2f  F1 %.4f  precision %.4f  recall %.4f  exact %.3f' % (
            what, limit, m['f1'], m['precision'], m['recall'], m['accuracy']), flush=True)


def number(v):
    return '%.6g' % v


def write_tree(out, t):
    nodes, leaves = [], []

    def place(n):
        if 'leaf_value' in n:
            leaves.append(n['leaf_value'])
            return -len(leaves)
        assert n['decision_type'] == '<='
        at = len(nodes)
        nodes.append(None)
        left, right = place(n['left_child']), place(n['right_child'])
        nodes[at] = (n['split_feature'], n['threshold'], left, right)
        return at
    place(t['tree_structure'])
    out.write('tree %d\n' % len(nodes))
    for f, limit, left, right in nodes:
        out.write('%d %s %d %d\n' % (f, number(limit), left, right))
    out.write(' '.join(map(number, leaves)) + '\n')


def write(path, models):
    with open(path, 'w') as out:
        out.write('# Which blocks of a page are its article: gradient boosted trees, read by core/html/model.c. Made by tools/train/page.py; '
                  'holds numbers, no text.\n# Sources and licences: DATA_LICENSES.md\n')
        for name, names, m in (('first', NAMES, models[0]), ('second', NAMES2, models[1])):
            out.write('\n[%s]\nfeatures %s\n' % (name, ' '.join(names)))
            for t in m.dump_model()['tree_info']:
                write_tree(out, t)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('what', choices=('train', 'cross', 'halves'))
    ap.add_argument('--full', required=True)
    ap.add_argument('--gold', required=True)
    ap.add_argument('--partly', required=True)
    ap.add_argument('--segments', required=True)
    ap.add_argument('--scorer', help='score.py of the benchmark; for cross and halves')
    ap.add_argument('--out')
    ap.add_argument('--folds', type=int, default=10)
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--save', help='cross: the judgements of unseen pages, as JSON')
    args = ap.parse_args()
    gold = json.load(open(args.gold))
    pages, partly = read_full(args.full, gold), read_partly(args.partly, json.load(open(args.segments)))
    if args.what == 'train':
        write(args.out, fit_both(pages, partly, args.seed))
        return
    spec = importlib.util.spec_from_file_location('score', args.scorer)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    judged = {}
    for i, test in enumerate(folds(pages, 2 if args.what == 'halves' else args.folds, args.seed)):
        models = fit_both([p for p in pages if p not in test], partly, args.seed)
        judged.update({p.id: judge(models, p) for p in test})
        if args.what == 'halves':
            tell(scorer, gold, test, judged, 'half %d' % (i + 1))
    if args.what == 'cross':
        tell(scorer, gold, pages, judged, '%d folds' % args.folds)
        if args.save:
            json.dump({k: [float(x) for x in v] for k, v in judged.items()}, open(args.save, 'w'))


if __name__ == '__main__':
    main()
