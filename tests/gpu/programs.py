"""The project's programs in Python: their archive, index vectors of a batch, models of random weights.

Needs torch alone. Sizes are those of the released models; a vocabulary of 1,000 words stands for theirs."""
import copy, io, itertools, math, os, re, struct, zipfile

import torch

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/main/resources/dev/flinkreranker/runtime/program")
GRID = 256
WORDS = 1000


def text(parts):
    return "".join(open(os.path.join(FOLDER, part), encoding="utf-8").read() for part in parts)


def parts(program, others, attention):
    """The parts of a program for one way to attend: pairs, flash or efficient (see Attention)."""
    rows = "pairs" if attention == "pairs" else "packed"
    operators = {"pairs": ["fused.py"], "flash": ["flash.py"], "efficient": ["efficient.py", "windows.py"]}[attention]
    brought = "pinned.py" if rows == "packed" and torch.cuda.is_available() else "host.py"
    return [f"{program}.py", f"{program}_{rows}.py", f"{rows}.py", brought, *operators, *others, "products.py", "activations.py"]


def load(source, attributes):
    """The module that the archive of ProgramArchive makes."""
    state = io.BytesIO()
    name = re.search(r"^class (\w+)\(Module\):", source, re.M).group(1)
    state.write(b"\x80\x02c__torch__\n" + name.encode() + b"\n)\x81}(")
    for key, value in sorted({**attributes, "training": False}.items()):
        state.write(b"X" + struct.pack("<i", len(key)) + key.encode())
        if isinstance(value, bool):
            state.write(b"\x88" if value else b"\x89")
        elif isinstance(value, int):
            state.write(b"J" + struct.pack("<i", value))
        else:
            state.write(b"G" + struct.pack(">d", value))
    state.write(b"ub.")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as entries:
        for entry, data in (("data.pkl", state.getvalue()), ("code/__torch__.py", source),
                            ("constants.pkl", b"\x80\x02)."), ("version", "10\n")):
            entries.writestr("program/" + entry, data)
    archive.seek(0)
    return torch.jit.load(archive)


def filled(count):
    return -(-count // GRID) * GRID


class Rows:
    """Where pairs lie in packed rows, as the class PackedRows has it; so many positions of each are those of the first pair."""

    def __init__(self, lengths, shared=None):
        self.lengths, self.shared = lengths, shared or [0] * len(lengths)
        self.own = [length - left for length, left in zip(lengths, self.shared)]
        self.ends = list(itertools.accumulate(self.own))
        self.rows = filled(self.ends[-1])

    def fill(self, values, size):
        return values + [0] * (size - len(values))

    def positions(self):
        return self.fill([i for length, left in zip(self.lengths, self.shared) for i in range(left, length)], self.rows)

    def scored(self, last):
        rows = [end - 1 if last else end - own for end, own in zip(self.ends, self.own)]
        return self.fill(rows, filled(len(rows)))

    def bounds(self):
        return [0] + self.ends + [self.rows]

    def scored_bounds(self):
        return list(range(len(self.lengths) + 1)) + [filled(len(self.lengths))]

    def keys(self):
        if not any(self.shared):
            return []
        seen = [[*range(left), *range(end - own, end)] for left, own, end in zip(self.shared, self.own, self.ends)]
        return [row for rows in seen for row in rows] + list(range(self.ends[-1], self.rows))

    def key_bounds(self):
        return [0, *itertools.accumulate(self.lengths), sum(self.lengths) + self.rows - self.ends[-1]]


def merged(rows, queries, prompt, ratio):
    """Groups of neighbours that become one, as the class MergedRows has them; queries are positions before each passage."""
    firsts, counts, lengths = [], [], []
    for end, length, query in zip(rows.ends, rows.lengths, queries):
        at, start, stop = end - length, end - length + query, end - prompt
        before = len(firsts)
        while at < end:
            count = min(ratio, stop - at) if start <= at < stop else 1
            firsts.append(at)
            counts.append(count)
            at += count
        lengths.append(len(firsts) - before)
    after = Rows(lengths)
    return after.fill(firsts, after.rows), counts + [1] * (after.rows - len(counts)), after


class Model:
    """A program with random weights, and how a batch is put to it."""

    method = "score"

    def __init__(self, program, others, attributes, weights, device):
        self.program, self.others, self.attributes, self.weights, self.device = program, others, attributes, weights, device

    def module(self, attention):
        block = 1024 if attention == "pairs" and self.program != "decoder" else 2**31 - 1
        return load(text(parts(self.program, self.others, attention)), {**self.attributes, "row_block": block})

    def on(self, device, type):
        """The same weights elsewhere, as programs for packed rows take them (see WeightSpec)."""
        other = copy.copy(self)
        other.device = device
        brought = [self.brought(weight.to(device), use, type) for weight, use, _ in self.weights]
        joints = [joint for *_, joint in self.weights]
        for joint in set(joints) - {""}:
            places = [i for i, other_joint in enumerate(joints) if other_joint == joint]
            whole = torch.cat([brought[i] for i in places])
            for i in places:
                brought[i] = whole
        other.weights = [(weight, use, "") for weight, (_, use, _) in zip(brought, self.weights)]
        if "compute_type" in self.attributes:
            code = {torch.float32: 6, torch.bfloat16: 15, torch.float16: 5}[type]
            other.attributes = {**self.attributes, "compute_type": code}
        return other

    @staticmethod
    def brought(weight, use, type):
        if use == "offset":
            return (weight + 1.0) * math.sqrt(weight.numel())
        return weight if use == "float32" else weight.to(type)

    def buffer(self, vectors):
        flat = torch.tensor([value for vector in vectors for value in vector], dtype=torch.int32)
        return flat, [len(vector) for vector in vectors]

    def tensors(self):
        return [weight for weight, *_ in self.weights]


class Random:
    """Random weights; their use: in the compute type, in float32 whatever that is, or as offsets from 1; and what they are one
    with, if anything."""

    def __init__(self, device):
        self.generator = torch.Generator(device).manual_seed(1)
        self.device = device
        self.weights = []

    def add(self, *shape, use="compute", mean=0.0, joint=""):
        values = torch.randn(*shape, generator=self.generator, device=self.device)
        scale = 0.1 if mean else shape[-1] ** -0.5
        self.weights.append((values * scale + mean, use, joint))


class Encoder(Model):
    """As bge-reranker-v2-m3, whose positions begin anywhere."""

    first_position = 0

    def __init__(self, width, layers, heads, inner, device):
        random = Random(device)
        random.add(WORDS, width), random.add(8194, width), random.add(2, width)
        random.add(width, mean=1.0), random.add(width)
        random.add(width, width, use="float32"), random.add(width, use="float32")
        random.add(1, width, use="float32"), random.add(1, use="float32")
        for layer in range(layers):
            for joint in [f"{layer} "] * 3 + [""]:
                random.add(width, width, joint=joint and joint + "matrices"), random.add(width, joint=joint and joint + "biases")
            random.add(width, mean=1.0), random.add(width)
            random.add(inner, width), random.add(inner), random.add(width, inner), random.add(width)
            random.add(width, mean=1.0), random.add(width)
        super().__init__("encoder", ["kept.py"], dict(threads=1, row_grid=GRID, heads=heads, eps=1e-5, first_layer=9,
                                                      layer_weights=16), random.weights, device)
        self.layers, self.width, self.inner = layers, width, inner

    def vectors(self, ids, lengths):
        rows = Rows(lengths)
        words = rows.fill([i for pair in ids for i in pair], rows.rows)
        positions = [position + self.first_position for position in rows.positions()]
        return [words, positions, [0] * rows.rows, rows.scored(False), rows.bounds(), rows.scored_bounds()]

    def arguments(self, ids, lengths, cutoffs=(), **_):
        cutoffs = list(cutoffs or [self.layers])
        return (self.tensors(), *self.buffer(self.vectors(ids, lengths)), lengths, cutoffs, [5] * len(cutoffs))

    def flop(self, lengths, **_):
        matrices = 4 * self.width**2 + 2 * self.width * self.inner
        return sum(self.layers * (2 * n * matrices + 4 * n * n * self.width) for n in lengths)


class Dense(Encoder):
    """As bge-m3, which compares texts: here the first with each."""

    method = "cosines"

    def arguments(self, ids, lengths, **_):
        vectors = [*self.vectors(ids, lengths), [0] * len(ids), list(range(len(ids)))]
        return (self.tensors(), *self.buffer(vectors), lengths, self.layers)


class ModernBert(Model):
    """As ModernBERT and Ettin: every third layer sees all tokens; the first token is scored, or the mean of all."""

    def __init__(self, width, layers, heads, inner, mean, device, reach=64):
        random = Random(device)
        random.add(WORDS, width), random.add(width, mean=1.0), random.add(width, use="float32", mean=1.0)
        random.add(width, width, use="float32"), random.add(width, use="float32", mean=1.0)
        random.add(1, width, use="float32"), random.add(1, use="float32")
        for layer in range(layers):
            if layer > 0:
                random.add(width, mean=1.0)
            for joint in [f"{layer} attention"] * 3 + [""]:
                random.add(width, width, joint=joint)
            random.add(width, mean=1.0)
            for _ in range(2):
                random.add(inner, width, joint=f"{layer} halves")
            random.add(width, inner)
        # The first layer lacks a norm, so the layers begin one place earlier.
        super().__init__("modernbert", ["rotation.py", "head.py"],
                         dict(threads=1, row_grid=GRID, heads=heads, eps=1e-5, head_eps=1e-5, first_layer=7, layer_weights=9,
                              global_base=160000.0, local_base=10000.0, reach=reach, mean=mean), random.weights, device)
        self.layers, self.width, self.inner, self.reach = layers, width, inner, reach

    def arguments(self, ids, lengths, **_):
        rows = Rows(lengths)
        words = rows.fill([i for pair in ids for i in pair], rows.rows)
        vectors = [words, rows.positions(), rows.scored(False), rows.bounds(), rows.scored_bounds()]
        local = [int(layer % 3 > 0) for layer in range(self.layers)]
        return (self.tensors(), *self.buffer(vectors), lengths, local, [0, 3, -1, 3, -1, -1, 1, 4, -1, 6, 5, 6])

    def flop(self, lengths, **_):
        matrices, total = 4 * self.width**2 + 3 * self.width * self.inner, 0
        for n in lengths:
            for layer in range(self.layers):
                total += 2 * n * matrices + 4 * n * (min(n, 2 * self.reach + 1) if layer % 3 else n) * self.width
        return total


# heads, key heads, width of a head, width, feed-forward width, layers, and what else tells a family apart
DECODERS = {
    "minicpm": (36, 36, 64, 2304, 5760, 40, dict(silu=True, residual_scale=0.2213, embedding_scale=12.0)),
    "gemma": (8, 1, 256, 2048, 16384, 18, dict(offset_norm=True)),
    "gemma2": (16, 8, 256, 3584, 14336, 42, dict(offset_norm=True, window=4096, attention_softcap=50.0,
                                                  final_softcap=30.0)),
    "qwen2": (14, 2, 64, 896, 4864, 24, dict(silu=True)),
    "qwen3": (16, 8, 128, 1024, 3072, 28, dict(silu=True)),
    "llama": (32, 8, 64, 2048, 8192, 16, dict(silu=True, causal=False, mean=True)),
}
SLOTS = ("attention_norm q_matrix k_matrix v_matrix q_bias k_bias v_bias q_norm k_norm o_matrix o_bias post_attention_norm "
         "feed_forward_norm gate_matrix up_matrix down_matrix post_feed_forward_norm").split()


ATTRIBUTES = dict(answer_table=-1, yes=-1, no=-1, window=0, causal=True, mean=False, compute_type=6, threads=1, row_grid=GRID,
                  offset_norm=False, silu=False, eps=1e-6, rope_theta=10000.0, rope_factor=1.0, rope_low=1.0, rope_high=4.0,
                  rope_positions=8192.0, embedding_scale=1.0, residual_scale=1.0, attention_softcap=0.0, final_softcap=0.0,
                  temperature=1.0)


def joint(layer, slot):
    """What a decoder's weight is one with in its layer, as DecoderWeights has it."""
    for name, own in (("attention", ("q_matrix", "k_matrix", "v_matrix")), ("biases", ("q_bias", "k_bias", "v_bias")),
                      ("halves", ("gate_matrix", "up_matrix"))):
        if slot in own:
            return f"{layer} {name}"
    return ""


def slots(order):
    """Where the weights of a layer lie that has these, in their order."""
    return {"layer_weights": len(order), **{slot: order.index(slot) if slot in order else -1 for slot in SLOTS}}


class Decoder(Model):
    """A family of DECODERS; shrink divides its widths."""

    def __init__(self, kind, layers, device, shrink=1, **changed):
        heads, keys, head, width, inner, all, own = DECODERS[kind]
        head, width, inner = max(8, head // shrink), max(16, width // shrink), max(16, inner // shrink)
        offset = own.get("offset_norm", False)
        random = Random(device)
        random.add(WORDS, width), random.add(width, use="offset" if offset else "float32", mean=0.0 if offset else 1.0)
        random.add(1, width, use="float32")
        shapes = dict(q_matrix=(heads * head, width), k_matrix=(keys * head, width), v_matrix=(keys * head, width),
                      o_matrix=(width, heads * head), gate_matrix=(inner, width), up_matrix=(inner, width),
                      down_matrix=(width, inner), attention_norm=(width,), feed_forward_norm=(width,))
        if kind == "gemma2":
            shapes.update(post_attention_norm=(width,), post_feed_forward_norm=(width,))
        if kind == "qwen2":
            shapes.update(q_bias=(heads * head,), k_bias=(keys * head,), v_bias=(keys * head,))
        if kind == "qwen3":
            shapes.update(q_norm=(head,), k_norm=(head,))
        for layer in range(layers or all):
            for slot, shape in shapes.items():
                norm = "norm" in slot
                random.add(*shape, use="offset" if norm and offset else "compute", mean=1.0 if norm and not offset else 0.0,
                           joint=joint(layer, slot))
        attributes = dict(embedding=0, final_norm=1, first_head=2, first_layer=3, heads=heads, kv_heads=keys, head_dim=head,
                          attention_scale=head**-0.5, embedding_scale=width**0.5 if offset else 1.0)
        attributes = {**ATTRIBUTES, **attributes, **slots(list(shapes)), **own, **changed}
        super().__init__("decoder", ["rotation.py", "kept.py"], attributes, random.weights, device)
        self.kind, self.layers, self.shape = kind, layers or all, (heads, keys, head, width, inner)

    def arguments(self, ids, lengths, softcap=False, ratio=1, compress=(), cutoffs=(), heads=(), queries=None, prompt=4,
                  query=0):
        shared = [query if i > 0 else 0 for i in range(len(lengths))]
        rows = Rows(lengths, shared)
        words = [i for pair, left in zip(ids, shared) for i in pair[left:]]
        vectors, lists, groups = [rows.fill(words, rows.rows), [], []], list(lengths), []
        for stage in range(len(compress) + 1):
            if stage > 0:
                firsts, counts, rows = merged(rows, queries or [4] * len(lengths), prompt, ratio)
                vectors += [firsts, counts]
                groups.append(max(counts))
                lists += rows.lengths
            vectors += [rows.positions(), rows.scored(True), rows.bounds(), rows.scored_bounds(), rows.keys(), rows.key_bounds()]
        cutoffs = list(cutoffs or [self.layers])
        none = [0] * len(lengths)
        return (self.tensors(), *self.buffer(vectors), lists, [query] * len(lengths), none, shared, cutoffs,
                list(heads or [0] * len(cutoffs)), list(compress), groups, softcap, [], [], [])

    def flop(self, lengths, ratio=1, compress=(), **_):
        heads, keys, head, width, inner = self.shape
        matrices, total = 2 * width * head * (heads + keys) + 3 * width * inner, 0
        for n in lengths:
            for layer in range(self.layers):
                if layer in compress:
                    n = 8 + math.ceil((n - 8) / ratio)
                total += 2 * matrices * n + 4 * n * n * heads * head
        return total


def batch(lengths):
    """Random ids of pairs of these lengths, the same for the same lengths."""
    generator = torch.Generator().manual_seed(2)
    return [torch.randint(5, WORDS, (n,), generator=generator).tolist() for n in lengths]


def called(method, arguments):
    with torch.inference_mode(), torch.jit.optimized_execution(False):
        return method(*arguments)


def run(module, arguments, method="score"):
    """The scores of one call, where they were computed."""
    scores = called(getattr(module, method), arguments)
    return scores[0] if isinstance(scores, list) else scores


def resumed(module, model, ids, lengths, done):
    """The scores of a call that goes on with what another has kept, after so many layers."""
    _, kept = called(module.score, model.arguments(ids, lengths, cutoffs=[done + 1]))
    weights, *others = model.arguments(ids, lengths)
    return called(module.resume, (weights, [kept], [0], [sum(lengths)], done, *others))[0]
