"""The network of core/nmt once more, in numpy and as plainly as it can be said: one sentence at a time, float64 between the int8
products. For models without shortlist whose weights stay below 16-bit saturation, as both do there the same."""
import struct

import numpy as np


def read_container(data):
    """name -> (array, multiplier or None), and the settings."""
    version, n = struct.unpack_from("<QQ", data)
    assert version == 1
    at, heads = 16, []
    for _ in range(n):
        heads.append(struct.unpack_from("<QQQQ", data, at))
        at += 32
    names = []
    for length, *_ in heads:
        names.append(data[at:at + length - 1].decode())
        at += length
    shapes = []
    for _, _, dims, _ in heads:
        shapes.append(struct.unpack_from(f"<{dims}i", data, at))
        at += 4 * dims
    at += 8 + struct.unpack_from("<Q", data, at)[0]
    items, settings = {}, {}
    for name, shape, (_, kind, _, size) in zip(names, shapes, heads):
        count = int(np.prod(shape))
        if name == "special:model.yml":
            for line in data[at:at + size].split(b"\0")[0].decode().split("\n"):
                if ": " in line:
                    key, value = line.split(": ", 1)
                    settings[key] = value
        elif kind == 0x0404:
            items[name] = (np.frombuffer(data, "<f4", count, at).reshape(shape), None)
        elif kind == 0x4101:
            items[name] = (np.frombuffer(data, "i1", count, at).reshape(shape), struct.unpack_from("<f", data, at + count)[0])
        at += size
    return items, settings


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at


def read_pieces(path):
    """The pieces of a vocabulary that has nothing but pieces."""
    data, at, found = open(path, "rb").read(), 0, []
    while at < len(data):
        tag, at = varint(data, at)
        size, at = varint(data, at)
        assert tag == 1 << 3 | 2 and data[at] == 1 << 3 | 2
        n, start = varint(data, at + 1)
        found.append(data[start:start + n].decode())
        at += size
    return found


def text_of(ids, pieces):
    out = ""
    for i in ids:
        piece = pieces[i]
        if not out and piece.startswith("\u2581"):
            piece = piece[1:]
        out += piece.replace("\u2581", " ")
    return out


class Network:
    def __init__(self, path):
        self.items, s = read_container(open(path, "rb").read())
        self.dim, self.heads = int(s["dim-emb"]), int(s["transformer-heads"])
        self.encoder, self.decoder = int(s["enc-depth"]), int(s["dec-depth"])

    def f(self, name):
        return self.items[name][0].reshape(-1).astype(np.float64)

    def alpha(self, name):
        values, mult = self.items[name + "_QuantMultA"]
        return np.float32(values.reshape(-1)[0]) * (np.float32(1) / np.float32(mult) if mult else np.float32(1))

    def product(self, x, name, bias=None, rows=None):
        """x W + b: inputs to 8 bits with the stored multiplier, an exact sum, and back."""
        q, mult = self.items[name]
        w = q if rows is not None else q.reshape(q.shape[1], q.shape[0])  # stored transposed, embeddings not
        a = self.alpha(name)
        codes = np.clip(np.rint(x.astype(np.float32) * a), -127, 127)
        y = (codes @ w.T.astype(np.float64)) / (np.float64(a) * np.float64(mult))
        return y + (self.f(bias) if bias else 0)

    def norm(self, x, name):
        mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return self.f(name + "_ln_scale") * (x - mean) / np.sqrt(var + 1e-6) + self.f(name + "_ln_bias")

    def embed(self, ids, place):
        q, mult = self.items["Wemb"]
        half = self.dim // 2
        rate = np.exp(-np.arange(half) * np.log(10000.0) / (half - 1))
        angle = np.arange(place, place + len(ids))[:, None] * rate
        wave = np.concatenate([np.sin(angle), np.cos(angle)], 1)
        return np.sqrt(self.dim) * q[ids] / np.float64(mult) + wave if ids[0] is not None else wave

    def attend(self, x, z, name):
        q, k, v = (self.product(s, f"{name}_W{c}", f"{name}_b{c}") for s, c in ((x, "q"), (z, "k"), (z, "v")))
        split = lambda m: m.reshape(len(m), self.heads, -1).transpose(1, 0, 2)  # noqa: E731
        score = split(q) @ split(k).transpose(0, 2, 1) / np.sqrt(self.dim // self.heads)
        share = np.exp(score - score.max(-1, keepdims=True))
        mixed = (share / share.sum(-1, keepdims=True)) @ split(v)
        out = self.product(mixed.transpose(1, 0, 2).reshape(len(x), -1), name + "_Wo", name + "_bo")
        return self.norm(out + x, name + "_Wo")

    def feed(self, x, layer):
        inner = np.maximum(self.product(x, layer + "_ffn_W1", layer + "_ffn_b1"), 0)
        return self.norm(self.product(inner, layer + "_ffn_W2", layer + "_ffn_b2") + x, layer + "_ffn_ffn")

    def translate(self, ids, end, unknown):
        """The ids written, and the smallest distance between the best and the second best."""
        x = self.embed(np.array(ids), 0)
        for i in range(1, self.encoder + 1):
            x = self.feed(self.attend(x, x, f"encoder_l{i}_self"), f"encoder_l{i}")
        memory, cells, out, least = x, [np.zeros((1, self.dim))] * self.decoder, [], np.inf
        while len(out) < 2 * len(ids):
            y = self.embed(np.array([out[-1]]) if out else [None], len(out))
            for i in range(self.decoder):
                layer = f"decoder_l{i + 1}"
                gate = 1 / (1 + np.exp(-self.product(y, layer + "_rnn_Wf", layer + "_rnn_bf")))
                cells[i] = gate * cells[i] + (1 - gate) * self.product(y, layer + "_rnn_W")
                y = self.norm(np.maximum(cells[i], 0) + y, layer + "_rnn_ffn")
                y = self.feed(self.attend(y, memory, layer + "_context"), layer)
            logits = self.product(y, "Wemb", "decoder_ff_logit_out_b", rows=True)[0]
            logits[unknown] = -np.inf
            order = np.partition(logits, -2)
            least = min(least, order[-1] - order[-2])
            word = int(logits.argmax())
            if word == end:
                break
            out.append(word)
        return out, least
