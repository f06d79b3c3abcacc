
  # Part of decoder.py where attention runs pair by pair.

  # One layer. Where the last position of each pair is scored, the last layer that runs is computed for these positions
  # alone, and returns one state per pair.
  def layer(self, weights: List[Tensor], i: int, x: Tensor, angles: List[Tensor], hidden: List[Tensor], index: List[Tensor],
      prefixes: List[int], templates: List[int], shared: List[int], lengths: List[int], softcap: bool, last: bool,
      cached: List[Tensor], coming: List[int], made: List[Tensor]) -> Tensor:
    w = self.first_layer + i * self.layer_weights
    rows = torch.size(x, 0)
    all = rows
    for prefix in cached:
      all = all + torch.size(prefix, 2)
    q = torch.empty([rows, self.heads, self.head_dim], dtype=x.dtype, device=x.device)
    k = torch.empty([all, self.kv_heads, self.head_dim], dtype=x.dtype, device=x.device)
    v = torch.empty_like(k)
    block = self.block(rows)
    for b in range((rows + block - 1) // block):
      first = b * block
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
    k = self.leave(self.bring(k, rows, cached, i, 0), index[6], lengths, coming, made, i, 0)
    v = self.leave(self.bring(v, rows, cached, i, 1), index[6], lengths, coming, made, i, 1)
    window = 0
    if i % 2 == 0:
      window = self.window
    if last:
      x = torch.index_select(x, 0, index[3])
      turns = [torch.index_select(angles[0], 0, index[3]), torch.index_select(angles[1], 0, index[3])]
      q = torch.narrow(q, 0, 0, torch.size(x, 0))
      a = self.norm(x, weights[w + self.attention_norm])
      q = self.project(a, weights, w, self.q_matrix, self.q_bias, self.q_norm, turns, q)
      o = self.last_attention(q, k, v, index[6], lengths, window, softcap)
    else:
      o = self.shared_attention(q, k, v, index[6], prefixes, templates, shared, lengths, window, softcap)
    return self.rows(weights, w, x, o)

  # Queries or keys of the layer at w, by its matrix, bias and norm (if any), rotated, into out: [rows, heads, head_dim].
  def project(self, a: Tensor, weights: List[Tensor], w: int, matrix: int, bias: int, norm: int,
      turns: List[Tensor], out: Tensor) -> Tensor:
    p = torch.view(self.linear(a, weights, w + matrix, self.bias(weights, w, bias)), torch.size(out))
    if norm >= 0:
      p = self.norm(p, weights[w + norm])
    return self.rotate(p, turns, out)

  # At most row_block rows, so that blocks are about equal: a small last one would take as long as a larger one.
  def block(self, rows: int) -> int:
    blocks = (rows + self.row_block - 1) // self.row_block
    return ((rows + blocks - 1) // blocks + self.row_grid - 1) // self.row_grid * self.row_grid

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

  # What a whole batch needs for attention: nothing.
  def hidden(self, index: List[Tensor], lengths: List[int], softcap: bool) -> List[Tensor]:
    return annotate(List[Tensor], [])

  # What rotate takes: cosine and sine for half a head, [R, 1, width / 2].
  def turns(self, cos: Tensor, sin: Tensor) -> List[Tensor]:
    return [torch.unsqueeze(cos, 1), torch.unsqueeze(sin, 1)]

  # Pairs element i with element i + head_dim / 2.
  def rotate(self, x: Tensor, angles: List[Tensor], out: Tensor) -> Tensor:
    a, b = torch.chunk(x, 2, -1)
    c, d = torch.chunk(out, 2, -1)
    c = torch.sub_(torch.mul(a, angles[0], out=c), torch.mul(b, angles[1]))
    d = torch.add_(torch.mul(b, angles[0], out=d), torch.mul(a, angles[1]))
    return out

  # The keys or values that positions see, so many from one on.
  def seen(self, x: Tensor, keys: Tensor, first: int, count: int) -> Tensor:
    if torch.size(keys, 0) > 0:
      rows = torch.index_select(x, 0, torch.narrow(keys, 0, first, count))
    else:
      rows = torch.narrow(x, 0, first, count)
    return rows

  # Puts keys (part 0) or values (part 1) of the layer from other calls behind those of the batch's rows.
  def bring(self, x: Tensor, rows: int, cached: List[Tensor], i: int, part: int) -> Tensor:
    for prefix in cached:
      tokens = torch.size(prefix, 2)
      to = torch.copy_(torch.narrow(x, 0, rows, tokens), torch.select(torch.select(prefix, 0, i), 0, part))
      rows = rows + tokens
    return x

  # Copies the layer's keys or values for later calls: of each pair in coming, those of its first positions.
  def leave(self, x: Tensor, keys: Tensor, lengths: List[int], coming: List[int], made: List[Tensor], i: int,
      part: int) -> Tensor:
    for c in range(len(coming)):
      first = 0
      for r in range(coming[c]):
        first = first + lengths[r]
      to = torch.select(torch.select(made[c], 0, i), 0, part)
      to = torch.copy_(to, self.seen(x, keys, first, torch.size(to, 0)))
    return x

  # Attention within each pair: [rows, heads * head_dim]. What a template begins with attends by itself, whatever follows it;
  # then the query, and then the rest, each in a call with all rows before it, which drops what those get. So the calls for
  # a row are the same, with the same bits, whether the pair leaves out rows before it or not.
  def shared_attention(self, q: Tensor, k: Tensor, v: Tensor, keys: Tensor, prefixes: List[int], templates: List[int],
      shared: List[int], lengths: List[int], window: int, softcap: bool) -> Tensor:
    out = torch.empty_like(q)
    start = 0
    first = 0
    for r in range(len(lengths)):
      length = lengths[r]
      done = shared[r]
      qa = torch.narrow(q, 0, start, length - done)
      if done > 0:
        # What these get is dropped.
        qa = torch.constant_pad_nd(qa, [0, 0, 0, 0, done, 0])
      ka = self.seen(k, keys, first, length)
      va = self.seen(v, keys, first, length)
      for end in [templates[r], prefixes[r], length]:
        if end > done:
          to = torch.narrow(out, 0, start, end - done)
          qe = torch.narrow(qa, 0, 0, end)
          to = self.attend(qe, torch.narrow(ka, 0, 0, end), torch.narrow(va, 0, 0, end), to, window, softcap)
          start = start + end - done
          done = end
      first = first + length
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

  # The same for the last position of each pair alone, which sees every key of its window. It stands for four: a product of
  # fewer may round otherwise where one thread is alone.
  def last_attention(self, q: Tensor, k: Tensor, v: Tensor, keys: Tensor, lengths: List[int], window: int,
      softcap: bool) -> Tensor:
    out = torch.zeros_like(q)
    end = 0
    for row in range(len(lengths)):
      end = end + lengths[row]
      count = lengths[row]
      if window > 0:
        count = min(count, window)
      qr = torch.expand(self.grouped(torch.narrow(q, 0, row, 1)), [-1, -1, 4, -1])
      kr = self.repeated(self.seen(k, keys, end - count, count))
      vr = self.repeated(self.seen(v, keys, end - count, count))
      if softcap:
        o = self.capped(qr, kr, vr, torch.ones([1, count], dtype=11, device=q.device))
      else:
        o = torch.scaled_dot_product_attention(qr, kr, vr, scale=self.attention_scale)
      o = torch.copy_(self.grouped(torch.narrow(out, 0, row, 1)), torch.narrow(o, 2, 0, 1))
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

  # The mean of each pair's normed states, pair by pair: [pairs, D] in float32.
  def means(self, weights: List[Tensor], x: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    means = annotate(List[Tensor], [])
    first = 0
    for length in lengths:
      states = torch.to(torch.narrow(x, 0, first, length), 6)
      means.append(torch.mean(self.norm(states, weights[self.final_norm]), [0]))
      first = first + length
    return torch.stack(means)

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
