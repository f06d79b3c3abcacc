# Gemma, Gemma 2, Llama, MiniCPM, Qwen2 and Qwen3: what scores the state of a pair's last position, or the mean of all. Goes
# with rotation.py and kept.py.
#
# The text is TorchScript in the form in which libtorch stores the code of a module: every value has one type, torch.f
# is the operator aten::f (ops.mkldnn.f one of oneDNN's), and there are no modules to import. A number format is its
# code: 4 int64, 6 float32, 7 float64, 11 bool. D is hidden_size, F intermediate_size; a matrix is [outputs, inputs].
#
# A call brings its weights as one list. These attributes say where each lies; -1 if the family has none.
#   embedding            [vocabulary, D]            first_head  [1, D], one after another
#   final_norm           [D]                        answer_table  [vocabulary, D], of which yes and no are rows
# From first_layer on follow the layers, each of layer_weights weights; within a layer lie
#   attention_norm       [D], before attention      q_matrix  [heads * head_dim, D]
#   q_norm, k_norm       [head_dim], of each head   k_matrix, v_matrix  [kv_heads * head_dim, D]
#   post_attention_norm  [D], of its outcome        o_matrix  [D, heads * head_dim]
#   feed_forward_norm    [D], before that block     gate_matrix, up_matrix  [F, D]
#   post_feed_forward_norm  [D], of its outcome     down_matrix  [D, F]
#   q_bias, k_bias, v_bias, o_bias: as long as their matrix is high
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  embedding : int
  final_norm : int
  first_head : int
  answer_table : int
  first_layer : int
  layer_weights : int
  attention_norm : int
  q_matrix : int
  k_matrix : int
  v_matrix : int
  q_bias : int
  k_bias : int
  v_bias : int
  q_norm : int
  k_norm : int
  o_matrix : int
  o_bias : int
  post_attention_norm : int
  feed_forward_norm : int
  gate_matrix : int
  up_matrix : int
  down_matrix : int
  post_feed_forward_norm : int
  # Rows of answer_table: the score is the logit of yes, less that of no; -1: no such row.
  yes : int
  no : int
  # Shapes: query heads, key and value heads, width of a head; how many keys an even layer sees (0: all).
  heads : int
  kv_heads : int
  head_dim : int
  window : int
  # Whether a position sees those before it alone, and whether the mean of all is scored.
  causal : bool
  mean : bool
  # The number format of the states.
  compute_type : int
  # Threads that share an operation on the CPU. Rows are filled up to a multiple of row_grid; row_block of them pass a
  # layer at once, but for attention (see ExecutionPlan).
  threads : int
  row_grid : int
  row_block : int
  # What else tells the families apart: norms by (1 + weight) in float32; SiLU instead of tanh-GELU.
  offset_norm : bool
  silu : bool
  eps : float
  rope_theta : float
  # Llama 3's rotation: slower by rope_factor where less than rope_low turns fit into rope_positions, unchanged from
  # rope_high turns on, and in between in proportion. A factor of 1 leaves all unchanged.
  rope_factor : float
  rope_low : float
  rope_high : float
  rope_positions : float
  embedding_scale : float
  residual_scale : float
  attention_scale : float
  attention_softcap : float
  final_softcap : float
  # What a score is divided by.
  temperature : float

  # Scores packed rows: the ids of all pairs one after another, without padding. prefixes says how many ids of each are a
  # query that other pairs may begin with, 0 for none. Where the nearest pair before it whose shared is 0 begins with the
  # same ones, a pair leaves them out, and its shared is their number. Cutoffs ascend; heads names the head of each.
  # Before each of compress_layers, ratio neighbours of a passage become one; a cutoff there sees the states before.
  # Returns float32 [cutoffs, pairs], and the states [rows, D] that came to the deepest layer, not yet merged there.
  def score(self, weights: List[Tensor], ids: Tensor, lengths: List[int], prefixes: List[int], shared: List[int],
      query_lengths: List[int], prompt_lengths: List[int], cutoffs: List[int], heads: List[int], compress_layers: List[int],
      ratio: int, softcap: bool) -> List[Tensor]:
    return self.scores(weights, self.embed(weights, ids), lengths, prefixes, shared, query_lengths, prompt_lengths, 0, cutoffs,
        heads, compress_layers, ratio, softcap)

  # The same from states that passed the lowest done layers in other calls (see kept.py); lengths are those there.
  def resume(self, weights: List[Tensor], kept: List[Tensor], firsts: List[int], counts: List[int], done: int,
      lengths: List[int], prefixes: List[int], shared: List[int], query_lengths: List[int], prompt_lengths: List[int],
      cutoffs: List[int], heads: List[int], compress_layers: List[int], ratio: int, softcap: bool) -> List[Tensor]:
    x = self.gathered(kept, firsts, counts)
    rows = torch.size(x, 0)
    x = torch.constant_pad_nd(x, [0, 0, 0, self.grid(rows) - rows])
    return self.scores(weights, x, lengths, prefixes, shared, query_lengths, prompt_lengths, done, cutoffs, heads,
        compress_layers, ratio, softcap)

  # The same for states that passed the lowest done layers, fewer than the first cutoff.
  def scores(self, weights: List[Tensor], x: Tensor, lengths: List[int], prefixes: List[int], shared: List[int],
      query_lengths: List[int], prompt_lengths: List[int], done: int, cutoffs: List[int], heads: List[int],
      compress_layers: List[int], ratio: int, softcap: bool) -> List[Tensor]:
    angles = self.angles(x, shared, lengths)
    scores = annotate(List[Tensor], [])
    deepest = cutoffs[-1]
    kept = x
    for i in range(done, deepest):
      for c in range(len(cutoffs)):
        if cutoffs[c] == i:
          states = torch.index_select(x, 0, self.lasts(shared, lengths, x.device))
          scores.append(self.head(weights, states, len(lengths), heads[c]))
      kept = x
      if ratio > 1 and i > 0 and i in compress_layers:
        x, lengths = self.merge(x, shared, lengths, query_lengths, prompt_lengths, ratio)
        angles = self.angles(x, shared, lengths)
      last = i == deepest - 1 and not self.mean
      x = self.layer(weights, i, x, angles, prefixes, shared, lengths, softcap, last)
    if self.mean:
      scores.append(self.logit(weights, self.means(weights, x, lengths), heads[-1]))
    else:
      scores.append(self.head(weights, x, len(lengths), heads[-1]))
    return [torch.stack(scores), kept]

  def embed(self, weights: List[Tensor], ids: Tensor) -> Tensor:
    rows = len(ids)
    ids = torch.constant_pad_nd(ids, [0, self.grid(rows) - rows])
    # The table is stored in whatever type; the rows take the compute type.
    x = torch.to(torch.index_select(weights[self.embedding], 0, ids), self.compute_type)
    if self.embedding_scale != 1.:
      # The constant takes the compute type first: 45.25, not 45.2548, in bfloat16.
      x = torch.mul(x, torch.full([1], self.embedding_scale, dtype=x.dtype, device=x.device))
    return x

  # A matrix product rounds a row alike whatever stands beside it only for some numbers of rows; those
  # from the last real one to the next multiple are computed and ignored.
  def grid(self, rows: int) -> int:
    return (rows + self.row_grid - 1) // self.row_grid * self.row_grid

  # The rotation of each row (see rotation.py), in the compute type.
  def angles(self, x: Tensor, shared: List[int], lengths: List[int]) -> List[Tensor]:
    frequencies = self.frequencies(x, self.head_dim, self.rope_theta)
    if self.rope_factor != 1.:
      turns = torch.mul(frequencies, self.rope_positions / 6.283185307179586)
      kept = torch.clamp(torch.div(torch.sub(turns, self.rope_low), self.rope_high - self.rope_low), 0., 1.)
      kept = torch.add(torch.mul(kept, 1. - 1. / self.rope_factor), 1. / self.rope_factor)
      frequencies = torch.mul(frequencies, kept)
    return self.turned(x, shared, lengths, frequencies, x.dtype)

  # One layer. Where the last position of each pair is scored, the last layer that runs is computed for these positions
  # alone, and returns one state per pair.
  def layer(self, weights: List[Tensor], index: int, x: Tensor, angles: List[Tensor],
      prefixes: List[int], shared: List[int], lengths: List[int], softcap: bool, last: bool) -> Tensor:
    w = self.first_layer + index * self.layer_weights
    rows = torch.size(x, 0)
    q = torch.empty([rows, self.heads, self.head_dim], dtype=x.dtype, device=x.device)
    k = torch.empty([rows, self.kv_heads, self.head_dim], dtype=x.dtype, device=x.device)
    v = torch.empty_like(k)
    block = self.block(rows)
    for i in range((rows + block - 1) // block):
      first = i * block
      count = min(block, rows - first)
      a = self.norm(torch.narrow(x, 0, first, count), weights[w + self.attention_norm])
      turns = [torch.narrow(angles[0], 0, first, count), torch.narrow(angles[1], 0, first, count)]
      kb = torch.narrow(k, 0, first, count)
      kb = self.project(a, weights, w, self.k_matrix, self.k_bias, self.k_norm, turns, kb)
      vb = torch.narrow(v, 0, first, count)
      vp = self.linear(a, weights, w + self.v_matrix, self.bias(weights, w, self.v_bias))
      vb = torch.copy_(vb, torch.view(vp, torch.size(vb)))
      if not last:
        qb = torch.narrow(q, 0, first, count)
        qb = self.project(a, weights, w, self.q_matrix, self.q_bias, self.q_norm, turns, qb)
    window = 0
    if index % 2 == 0:
      window = self.window
    if last:
      lasts = self.lasts(shared, lengths, x.device)
      x = torch.index_select(x, 0, lasts)
      turns = [torch.index_select(angles[0], 0, lasts), torch.index_select(angles[1], 0, lasts)]
      q = torch.narrow(q, 0, 0, torch.size(x, 0))
      a = self.norm(x, weights[w + self.attention_norm])
      q = self.project(a, weights, w, self.q_matrix, self.q_bias, self.q_norm, turns, q)
      o = self.last_attention(q, k, v, shared, lengths, window, softcap)
    else:
      o = self.attention(q, k, v, prefixes, shared, lengths, window, softcap)
    return self.rows(weights, w, x, o)

  # Queries or keys of the layer at w, by its matrix, bias and norm (if any), rotated, into out: [rows, heads, head_dim].
  def project(self, a: Tensor, weights: List[Tensor], w: int, matrix: int, bias: int, norm: int,
      turns: List[Tensor], out: Tensor) -> Tensor:
    p = torch.view(self.linear(a, weights, w + matrix, self.bias(weights, w, bias)), torch.size(out))
    if norm >= 0:
      p = self.norm(p, weights[w + norm])
    return self.rotate(p, turns, out)

  # The layer's bias at that slot, if it has one.
  def bias(self, weights: List[Tensor], w: int, slot: int) -> Optional[Tensor]:
    bias = annotate(Optional[Tensor], None)
    if slot >= 0:
      bias = weights[w + slot]
    return bias

  # At most row_block rows, so that blocks are about equal: a small last one would take as long as a larger one.
  def block(self, rows: int) -> int:
    blocks = (rows + self.row_block - 1) // self.row_block
    return self.grid((rows + blocks - 1) // blocks)

  # What follows attention, by blocks of rows; in place.
  def rows(self, weights: List[Tensor], w: int, x: Tensor, o: Tensor) -> Tensor:
    rows = torch.size(x, 0)
    block = self.block(rows)
    for i in range((rows + block - 1) // block):
      first = i * block
      count = min(block, rows - first)
      b = torch.narrow(o, 0, first, count)
      b = self.linear(b, weights, w + self.o_matrix, self.bias(weights, w, self.o_bias))
      if self.post_attention_norm >= 0:
        b = self.norm(b, weights[w + self.post_attention_norm])
      b = self.residual(torch.narrow(x, 0, first, count), b)
      m = self.norm(b, weights[w + self.feed_forward_norm])
      if self.silu:
        g = self.linear_silu(m, weights, w + self.gate_matrix, None)
      else:
        g = self.linear_gelu(m, weights, w + self.gate_matrix, None, "tanh")
      g = self.linear_times(m, weights, w + self.up_matrix, g)
      d = self.linear(g, weights, w + self.down_matrix, None)
      if self.post_feed_forward_norm >= 0:
        d = self.norm(d, weights[w + self.post_feed_forward_norm])
      d = self.residual(b, d)
    return x

  def residual(self, x: Tensor, o: Tensor) -> Tensor:
    # Multiplied first, here and in rotate: vector and scalar code of fused operations round differently in bfloat16.
    if self.residual_scale != 1.:
      o = torch.mul_(o, self.residual_scale)
    return torch.add_(x, o)

  # Root mean square norm in float32.
  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    # A copy in any case: it is scaled in place.
    f = torch.to(x, 6, False, True)
    length = torch.linalg_vector_norm(f, 2, [-1], True)
    f = torch.mul_(f, torch.rsqrt(torch.square(length) / torch.size(f, -1) + self.eps))
    if self.offset_norm:
      f = torch.to(torch.mul_(f, torch.to(w, 6) + 1.), x.dtype)
    else:
      f = torch.mul_(torch.to(f, x.dtype), w)
    return f

  # Pairs element i with element i + head_dim / 2.
  def rotate(self, x: Tensor, angles: List[Tensor], out: Tensor) -> Tensor:
    a, b = torch.chunk(x, 2, -1)
    c, d = torch.chunk(out, 2, -1)
    c = torch.sub_(torch.mul(a, angles[0], out=c), torch.mul(b, angles[1]))
    d = torch.add_(torch.mul(b, angles[0], out=d), torch.mul(a, angles[1]))
    return out

  # Attention within each pair: [rows, heads * head_dim]. The rows of a prefix attend by themselves, whatever follows them,
  # and those after it in a call with all rows of the pair, which drops what the prefix gets. So both calls of a pair are
  # the same, with the same bits, whether it leaves its prefix out or not.
  def attention(self, q: Tensor, k: Tensor, v: Tensor, prefixes: List[int], shared: List[int], lengths: List[int],
      window: int, softcap: bool) -> Tensor:
    out = torch.empty_like(q)
    start = 0
    leader = 0
    for r in range(len(lengths)):
      prefix = prefixes[r]
      skip = shared[r]
      if skip == 0:
        leader = start
        if prefix > 0:
          to = torch.narrow(out, 0, start, prefix)
          qp = torch.narrow(q, 0, start, prefix)
          kp = torch.narrow(k, 0, start, prefix)
          vp = torch.narrow(v, 0, start, prefix)
          to = self.attend(qp, kp, vp, to, window, softcap)
      qa = self.pair(q, leader, start, skip, lengths[r])
      ka = self.pair(k, leader, start, skip, lengths[r])
      va = self.pair(v, leader, start, skip, lengths[r])
      own = lengths[r] - prefix
      to = self.attend(qa, ka, va, torch.narrow(out, 0, start + prefix - skip, own), window, softcap)
      start = start + lengths[r] - skip
    pad = torch.zero_(torch.narrow(out, 0, start, torch.size(out, 0) - start))
    return torch.view(out, [-1, self.heads * self.head_dim])

  # What the last queries get of all rows, into out, which is as long as there are such queries.
  def attend(self, q: Tensor, k: Tensor, v: Tensor, out: Tensor, window: int, softcap: bool) -> Tensor:
    length = torch.size(q, 0)
    skip = length - torch.size(out, 0)
    qr = self.grouped(q)
    kr = self.repeated(k)
    vr = self.repeated(v)
    to = self.grouped(out)
    if softcap or (window > 0 and length > window):
      # By blocks of queries, so that memory grows with the pair's length and not with its square; 256, as
      # DecoderCost counts them.
      for block in range((length + 255) // 256):
        first = block * 256
        end = min(first + 256, length)
        if end > skip:
          low = 0
          if window > 0:
            low = max(0, first - window + 1)
          qb = torch.slice(qr, 2, first, end)
          kb = torch.slice(kr, 2, low, end)
          vb = torch.slice(vr, 2, low, end)
          mask = self.mask(first, low, end, window, q.device)
          if softcap:
            o = self.capped(qb, kb, vb, mask)
          else:
            o = torch.scaled_dot_product_attention(qb, kb, vb, mask, scale=self.attention_scale)
          kept = max(first, skip)
          o = torch.copy_(torch.slice(to, 2, kept - skip, end - skip), torch.slice(o, 2, kept - first, end - first))
    else:
      o = torch.scaled_dot_product_attention(qr, kr, vr, is_causal=self.causal, scale=self.attention_scale)
      o = torch.copy_(to, torch.slice(o, 2, skip, length))
    return out

  # All rows of a pair: those that it left out, which lie at leader, and its own, which lie at start.
  def pair(self, x: Tensor, leader: int, start: int, skip: int, length: int) -> Tensor:
    rows = torch.narrow(x, 0, start, length - skip)
    if skip > 0:
      rows = torch.cat([torch.narrow(x, 0, leader, skip), rows])
    return rows

  # [tokens, heads, head_dim] as [kv_heads, query heads of each, tokens, head_dim].
  def grouped(self, x: Tensor) -> Tensor:
    x = torch.view(x, [-1, self.kv_heads, self.heads // self.kv_heads, self.head_dim])
    return torch.permute(x, [1, 2, 0, 3])

  # Keys or values in the shape of their queries: repeated by stride 0, not copied.
  def repeated(self, x: Tensor) -> Tensor:
    x = torch.unsqueeze(torch.transpose(x, 0, 1), 1)
    return torch.expand(x, [-1, self.heads // self.kv_heads, -1, -1])

  # Which keys from low to end the queries from first to end see.
  def mask(self, first: int, low: int, end: int, window: int, device: Device) -> Tensor:
    i = torch.unsqueeze(torch.arange(first, end, device=device), 1)
    j = torch.arange(low, end, device=device)
    mask = torch.le(j, i)
    if window > 0:
      mask = torch.logical_and(mask, torch.gt(j, i - window))
    return mask

  # The same for the last position of each pair alone, which sees every key of its window.
  def last_attention(self, q: Tensor, k: Tensor, v: Tensor, shared: List[int], lengths: List[int], window: int,
      softcap: bool) -> Tensor:
    repeat = self.heads // self.kv_heads
    out = torch.zeros_like(q)
    start = 0
    leader = 0
    for row in range(len(lengths)):
      length = lengths[row]
      if shared[row] == 0:
        leader = start
      keys = length
      if window > 0:
        keys = min(keys, window)
      kp = torch.narrow(self.pair(k, leader, start, shared[row], length), 0, length - keys, keys)
      vp = torch.narrow(self.pair(v, leader, start, shared[row], length), 0, length - keys, keys)
      start = start + length - shared[row]
      # [kv head, 1, query head of it, dim]: the query heads of a key head stand as its positions.
      qr = torch.view(torch.select(q, 0, row), [self.kv_heads, 1, repeat, self.head_dim])
      kr = torch.unsqueeze(torch.transpose(kp, 0, 1), 1)
      vr = torch.unsqueeze(torch.transpose(vp, 0, 1), 1)
      if softcap:
        o = self.capped(qr, kr, vr, torch.ones([1, keys], dtype=11, device=q.device))
      else:
        o = torch.scaled_dot_product_attention(qr, kr, vr, scale=self.attention_scale)
      to = torch.view(torch.select(out, 0, row), [self.kv_heads, 1, repeat, self.head_dim])
      o = torch.copy_(to, o)
    return torch.view(out, [-1, self.heads * self.head_dim])

  # Attention whose logits pass c tanh(logit / c), which no fused kernel does.
  def capped(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    keys = torch.transpose(torch.select(k, 1, 0), 1, 2)
    logits = torch.bmm(torch.reshape(q, [self.kv_heads, -1, self.head_dim]), keys)
    logits = torch.tanh_(torch.mul_(logits, self.attention_scale / self.attention_softcap))
    logits = torch.mul_(logits, self.attention_softcap)
    logits = torch.view(logits, [self.kv_heads, -1, torch.size(q, 2), torch.size(k, 2)])
    logits = torch.masked_fill_(logits, torch.logical_not(mask), float("-inf"))
    shares = torch.to(torch.softmax(logits, -1, 6), v.dtype)
    shares = torch.view(shares, [self.kv_heads, -1, torch.size(k, 2)])
    out = torch.bmm(shares, torch.select(v, 1, 0))
    return torch.view(out, [self.kv_heads, -1, torch.size(q, 2), self.head_dim])

  # Token compression: the states of query and prompt stay, ratio neighbours of the passage become their
  # mean, the last group that of what is left. Each state takes its share in the compute type, then
  # they are summed. Also returns the new lengths.
  def merge(self, x: Tensor, shared: List[int], lengths: List[int], query_lengths: List[int],
      prompt_lengths: List[int], ratio: int) -> Tuple[Tensor, List[int]]:
    firsts = annotate(List[int], [])
    counts = annotate(List[int], [])
    merged = annotate(List[int], [])
    start = 0
    for r in range(len(lengths)):
      query = query_lengths[r] - shared[r]
      own = lengths[r] - shared[r]
      passage = max(0, own - query - prompt_lengths[r])
      groups = (passage + ratio - 1) // ratio
      for i in range(query):
        firsts.append(start + i)
        counts.append(1)
      for g in range(groups):
        firsts.append(start + query + g * ratio)
        counts.append(min(ratio, passage - g * ratio))
      for i in range(own - query - passage):
        firsts.append(start + query + passage + i)
        counts.append(1)
      merged.append(lengths[r] - passage + groups)
      start = start + own
    for i in range(self.grid(len(firsts)) - len(firsts)):
      firsts.append(0)
      counts.append(1)
    first = torch.tensor(firsts, dtype=4, device=x.device)
    count = torch.tensor(counts, dtype=4, device=x.device)
    share = torch.unsqueeze(torch.to(torch.reciprocal(torch.to(count, 6)), x.dtype), 1)
    sum = torch.to(torch.mul(torch.index_select(x, 0, first), share), 6)
    for k in range(1, max(counts)):
      present = torch.gt(count, k)
      states = torch.index_select(x, 0, first + torch.mul(present, k))
      states = torch.mul(states, torch.mul(share, torch.unsqueeze(present, 1)))
      sum = torch.add_(sum, torch.to(states, 6))
    return (torch.to(sum, x.dtype), merged)

  # Where the last position of each pair lies; filled up to whole rows of the grid with row 0.
  def lasts(self, shared: List[int], lengths: List[int], device: Device) -> Tensor:
    lasts = annotate(List[int], [])
    end = 0
    for r in range(len(lengths)):
      end = end + lengths[r] - shared[r]
      lasts.append(end - 1)
    for i in range(self.grid(len(lasts)) - len(lasts)):
      lasts.append(0)
    return torch.tensor(lasts, dtype=4, device=device)

  # Scores the states of last positions, in float32 whatever the compute type: a score rounded to
  # bfloat16 would tie. One row of the vocabulary, never all.
  def head(self, weights: List[Tensor], states: Tensor, pairs: int, head: int) -> Tensor:
    state = self.norm(torch.to(torch.narrow(states, 0, 0, pairs), 6), weights[self.final_norm])
    return self.logit(weights, state, head)

  # The mean of each pair's normed states, pair by pair: [pairs, D] in float32.
  def means(self, weights: List[Tensor], x: Tensor, lengths: List[int]) -> Tensor:
    means = annotate(List[Tensor], [])
    first = 0
    for length in lengths:
      states = torch.to(torch.narrow(x, 0, first, length), 6)
      means.append(torch.mean(self.norm(states, weights[self.final_norm]), [0]))
      first = first + length
    return torch.stack(means)

  # The score of normed states, by rows.
  def logit(self, weights: List[Tensor], state: Tensor, head: int) -> Tensor:
    if self.yes < 0:
      score = torch.sum(torch.mul(state, weights[self.first_head + head]), [-1])
    else:
      table = weights[self.answer_table]
      score = torch.sum(torch.mul(state, torch.to(table[self.yes], 6)), [-1])
      if self.no >= 0:
        score = score - torch.sum(torch.mul(state, torch.to(table[self.no], 6)), [-1])
    if self.final_softcap > 0.:
      wide = torch.tanh(torch.to(score, 7) / self.final_softcap) * self.final_softcap
      score = torch.to(wide, 6)
    if self.temperature != 1.:
      score = torch.div(score, self.temperature)
    return score
