
  # Part of decoder.py where attention runs over packed rows (see packed.py).

  # One layer. Where the last position of each pair is scored, the last layer that runs is computed for these positions
  # alone, and returns one state per pair. Nothing is cached here.
  def layer(self, weights: List[Tensor], i: int, x: Tensor, angles: List[Tensor], hidden: List[Tensor], index: List[Tensor],
      prefixes: List[int], templates: List[int], shared: List[int], lengths: List[int], softcap: bool, last: bool,
      cached: List[Tensor], coming: List[int], made: List[Tensor]) -> Tensor:
    w = self.first_layer + i * self.layer_weights
    a = self.norm(x, weights[w + self.attention_norm])
    bounds = index[4]
    few = last and not softcap
    keys = self.heads + self.kv_heads
    if few:
      k, v = torch.chunk(self.project(a, weights, w, self.heads, 2 * self.kv_heads), 2, 1)
      k = self.turned_heads(k, weights, w, angles, 0)
      x = torch.index_select(x, 0, index[3])
      turns = [torch.index_select(angles[0], 0, index[3]), torch.index_select(angles[1], 0, index[3])]
      q = self.project(torch.index_select(a, 0, index[3]), weights, w, 0, self.heads)
      q = self.turned_heads(q, weights, w, turns, self.heads)
      bounds = index[5]
    else:
      all = self.project(a, weights, w, 0, keys + self.kv_heads)
      both = self.turned_heads(torch.narrow(all, 1, 0, keys), weights, w, angles, self.heads)
      q = torch.narrow(both, 1, 0, self.heads)
      k = torch.narrow(both, 1, self.heads, self.kv_heads)
      v = torch.narrow(all, 1, keys, self.kv_heads)
    if torch.size(index[6], 0) > 0:
      k = torch.index_select(k, 0, index[6])
      v = torch.index_select(v, 0, index[6])
    most = self.most(lengths)
    if softcap:
      o = self.attend_capped(q, k, v, index, most, hidden[(i + 1) % 2])
      if last:
        o = torch.index_select(o, 0, index[3])
        x = torch.index_select(x, 0, index[3])
    else:
      window = 0
      if i % 2 == 0:
        window = self.window
      o = self.attend(q, k, v, bounds, index[7], most, most, self.causal, window, self.attention_scale)
    return self.rows(weights, w, x, torch.reshape(o, [torch.size(x, 0), -1]))

  # Of the heads of queries, keys and values, one after another, so many from first on: [rows, count, head_dim].
  def project(self, a: Tensor, weights: List[Tensor], w: int, first: int, count: int) -> Tensor:
    bias = self.bias(weights, w, self.q_bias)
    x = self.partly(a, weights[w + self.q_matrix], bias, first * self.head_dim, count * self.head_dim)
    return torch.view(x, [torch.size(a, 0), count, self.head_dim])

  # Heads, so many of queries and then those of keys, normed if the family does, and rotated.
  def turned_heads(self, x: Tensor, weights: List[Tensor], w: int, turns: List[Tensor], queries: int) -> Tensor:
    if self.q_norm >= 0:
      keys = torch.size(x, 1) - queries
      norm = torch.expand(weights[w + self.q_norm], [queries, self.head_dim])
      norm = torch.cat([norm, torch.expand(weights[w + self.k_norm], [keys, self.head_dim])])
      x = self.norm(x, norm)
    return self.rotate(x, turns)

  # What follows attention, in place.
  def rows(self, weights: List[Tensor], w: int, x: Tensor, o: Tensor) -> Tensor:
    x = self.residual(weights, w, x, o, self.o_matrix, self.o_bias, self.post_attention_norm)
    m = self.norm(x, weights[w + self.feed_forward_norm])
    g, u = torch.chunk(self.linear(m, weights, w + self.gate_matrix, None), 2, 1)
    if self.silu:
      g = torch.silu_(g)
    else:
      g = torch.gelu_(g, approximate="tanh")
    g = torch.mul_(g, u)
    return self.residual(weights, w, x, g, self.down_matrix, -1, self.post_feed_forward_norm)

  # Adds o times a matrix of the layer at w, with bias and norm if it has them: at best as one product. Norms here are those
  # by (1 + weight); their outcome is rounded with the sum.
  def residual(self, weights: List[Tensor], w: int, x: Tensor, o: Tensor, matrix: int, bias: int, norm: int) -> Tensor:
    if bias < 0 and norm < 0:
      x = torch.addmm_(x, o, torch.t(weights[w + matrix]), alpha=self.residual_scale)
    else:
      d = self.linear(o, weights, w + matrix, self.bias(weights, w, bias))
      if norm >= 0:
        x = torch.addcmul_(x, torch.div(d, self.lengths(d)), weights[w + norm], value=self.residual_scale)
      else:
        x = torch.add_(x, d, alpha=self.residual_scale)
    return x

  # Root mean square norm in float32: x sqrt(n) / hypot(|x|, sqrt(n eps)). A weight that is an offset from 1 comes as
  # sqrt(n) (1 + weight).
  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    if self.offset_norm:
      f = torch.mul(torch.div(x, self.lengths(x)), w, out=torch.empty_like(x))
    else:
      scale = torch.div(torch.scalar_tensor(torch.sqrt(torch.size(x, -1)), dtype=6), self.lengths(x))
      f = torch.mul_(torch.mul(x, scale, out=torch.empty_like(x)), w)
    return f

  # hypot(|x|, sqrt(n eps)) of each row, in float32.
  def lengths(self, x: Tensor) -> Tensor:
    length = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)
    return torch.hypot(length, torch.scalar_tensor(torch.sqrt(torch.size(x, -1) * self.eps), dtype=6))

  # The mean of each pair's normed states, [pairs, D] in float32.
  def means(self, weights: List[Tensor], x: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    return self.mean_states(self.norm(torch.to(x, 6), weights[self.final_norm]), index[4], len(lengths))

  # Which keys soft-capped attention hides from its blocks of rows, [blocks, 256, size]: in layers without a window, and in
  # those with one. Empty for other attention.
  def hidden(self, index: List[Tensor], lengths: List[int], softcap: bool) -> List[Tensor]:
    hidden = annotate(List[Tensor], [])
    if softcap:
      before = self.before(self.most(lengths))
      size = before + 256
      pairs = self.pairs_of(self.keys(index), index[7])
      rest = self.rest(pairs)
      own = torch.unsqueeze(self.cut(pairs, 0, rest, 256, 256), 2)
      seen = torch.unsqueeze(self.cut(pairs, before, rest, size, 256), 1)
      i = torch.unsqueeze(torch.arange(before, size, device=pairs.device), 1)
      j = torch.arange(size, device=pairs.device)
      later = torch.logical_or(torch.ne(own, seen), torch.gt(j, i))
      far = later
      if self.window > 0 and self.window < self.most(lengths):
        far = torch.logical_or(later, torch.le(j, i - self.window))
      hidden = [later, far]
    return hidden

  # Rows before a block that any of it may see, so many that a product's rows are aligned.
  def before(self, most: int) -> int:
    return (most + 6) // 8 * 8

  # Rows that fill blocks of 256 up.
  def rest(self, x: Tensor) -> int:
    rows = torch.size(x, 0)
    return (rows + 255) // 256 * 256 - rows

  # Rows with those that pairs leave out.
  def keys(self, index: List[Tensor]) -> int:
    keys = torch.size(index[6], 0)
    if keys == 0:
      keys = torch.size(index[2], 0)
    return keys

  # Attention whose logits pass c tanh(logit / c), which no fused kernel does: by blocks of 256 rows and as many rows before
  # them as any sees, whatever pair they are of; as many blocks at a time as have 2^27 logits. Where pairs share queries,
  # each takes a copy of them.
  def attend_capped(self, q: Tensor, k: Tensor, v: Tensor, index: List[Tensor], most: int, hidden: Tensor) -> Tensor:
    if torch.size(index[6], 0) > 0:
      q = torch.index_select(q, 0, index[6])
    rows = torch.size(k, 0)
    rest = self.rest(k)
    before = self.before(most)
    size = before + 256
    qb = torch.transpose(self.cut(q, 0, rest, 256, 256), 2, 3)
    kb = self.cut(k, before, rest, size, 256)
    vb = torch.transpose(self.cut(v, before, rest, size, 256), 2, 3)
    blocks = torch.size(qb, 0)
    out = torch.empty([blocks, 256, self.heads, self.head_dim], dtype=q.dtype, device=q.device)
    step = max(1, 134217728 // (self.heads * 256 * size))
    for part in range((blocks + step - 1) // step):
      first = part * step
      count = min(step, blocks - first)
      qc = torch.reshape(torch.narrow(qb, 0, first, count), [count * self.kv_heads, -1, self.head_dim])
      kc = torch.reshape(torch.narrow(kb, 0, first, count), [count * self.kv_heads, self.head_dim, size])
      vc = torch.reshape(torch.narrow(vb, 0, first, count), [count * self.kv_heads, size, self.head_dim])
      scale = self.attention_scale / self.attention_softcap
      logits = torch.tanh_(torch.baddbmm(torch.empty([1], dtype=q.dtype, device=q.device), qc, kc, beta=0, alpha=scale))
      logits = torch.view(torch.mul_(logits, self.attention_softcap), [count, self.heads, 256, size])
      unseen = torch.unsqueeze(torch.narrow(hidden, 0, first, count), 1)
      shares = torch.softmax(torch.masked_fill_(logits, unseen, float("-inf")), -1)
      o = torch.bmm(torch.view(shares, [count * self.kv_heads, -1, size]), vc)
      o = torch.transpose(torch.view(o, [count, self.heads, 256, self.head_dim]), 1, 2)
      torch.copy_(torch.narrow(out, 0, first, count), o)
    out = torch.view(out, [rows + rest, self.heads, self.head_dim])
    if torch.size(index[6], 0) > 0:
      own_rows = torch.size(index[2], 0)
      pair = self.pairs_of(own_rows, index[4])
      left = torch.sub(torch.index_select(index[7], 0, pair), torch.index_select(index[4], 0, pair))
      out = torch.index_select(out, 0, torch.add(left, torch.arange(own_rows, dtype=3, device=q.device)))
    else:
      out = torch.narrow(out, 0, 0, rows)
    return out
