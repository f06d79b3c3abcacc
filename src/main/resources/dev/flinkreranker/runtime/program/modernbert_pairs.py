
  # Part of modernbert.py where attention runs pair by pair (see pairs.py).

  # One layer, in place. With firsts it is computed for the first token of each pair alone and returns one state for each.
  def layer(self, weights: List[Tensor], w: int, x: Tensor, angles: List[Tensor], band: Tensor, index: List[Tensor],
      lengths: List[int], normed: bool, local: bool, firsts: bool) -> Tensor:
    q = torch.empty_like(x)
    k = torch.empty_like(x)
    v = torch.empty_like(x)
    rows = torch.size(x, 0)
    for i in range((rows + self.row_block - 1) // self.row_block):
      first = i * self.row_block
      count = min(self.row_block, rows - first)
      a = torch.narrow(x, 0, first, count)
      if normed:
        a = self.norm(a, weights[w - 1])
      turns = [torch.narrow(angles[0], 0, first, count), torch.narrow(angles[1], 0, first, count)]
      if not firsts:
        self.rotate(self.linear(a, weights, w, None), turns, torch.narrow(q, 0, first, count))
      self.rotate(self.linear(a, weights, w + 1, None), turns, torch.narrow(k, 0, first, count))
      torch.copy_(torch.narrow(v, 0, first, count), self.linear(a, weights, w + 2, None))
    if firsts:
      x = torch.index_select(x, 0, index[2])
      a = x
      if normed:
        a = self.norm(a, weights[w - 1])
      # The first position is not rotated.
      o = self.first_attention(self.linear(a, weights, w, None), k, v, index, lengths, local)
    elif local:
      o = self.local_attention(q, k, v, index, lengths, band)
    else:
      o = self.attention(q, k, v, index[3], lengths)
    return self.rows(weights, w, x, o)

  # What follows attention, by blocks of rows; in place.
  def rows(self, weights: List[Tensor], w: int, x: Tensor, o: Tensor) -> Tensor:
    rows = torch.size(x, 0)
    for i in range((rows + self.row_block - 1) // self.row_block):
      first = i * self.row_block
      count = min(self.row_block, rows - first)
      b = torch.narrow(x, 0, first, count)
      b = torch.add_(b, self.linear(torch.narrow(o, 0, first, count), weights, w + 3, None))
      m = self.norm(b, weights[w + 4])
      g = self.linear_gelu(m, weights, w + 5, None, "none")
      g = self.linear_times(m, weights, w + 6, g)
      b = torch.add_(b, self.linear(g, weights, w + 7, None))
    return x

  # What rotate takes: cosine and sine for half a head, [R, 1, width / 2].
  def turns(self, cos: Tensor, sin: Tensor) -> List[Tensor]:
    return [torch.unsqueeze(cos, 1), torch.unsqueeze(sin, 1)]

  # Of each head element i turns with element i + width / 2, in float32; into out. Multiplied before it is added: vector
  # and scalar code of fused operations round differently.
  def rotate(self, x: Tensor, angles: List[Tensor], out: Tensor) -> Tensor:
    a, b = torch.chunk(torch.view(x, [torch.size(x, 0), self.heads, -1]), 2, -1)
    c, d = torch.chunk(torch.view(out, [torch.size(x, 0), self.heads, -1]), 2, -1)
    torch.copy_(c, torch.sub_(torch.mul(a, angles[0]), torch.mul(b, angles[1])))
    torch.copy_(d, torch.add_(torch.mul(b, angles[0]), torch.mul(a, angles[1])))
    return out

  # Attention (see pairs.py) where a token sees reach neighbours on either side: by blocks of queries and the keys that any
  # of them sees, so that neither time nor memory grows with the square of a length. 128 of them, as ModernBertCost counts.
  def local_attention(self, q: Tensor, k: Tensor, v: Tensor, index: List[Tensor], lengths: List[int], band: Tensor) -> Tensor:
    out = torch.zeros_like(q)
    start = 0
    for length in lengths:
      if length <= self.reach + 1:
        o = torch.scaled_dot_product_attention(self.split(q, start, length), self.split(k, start, length), self.split(v, start, length))
        torch.copy_(self.split(out, start, length), o)
      else:
        for block in range((length + 127) // 128):
          first = block * 128
          count = min(128, length - first)
          low = max(0, first - self.reach)
          keys = min(length, first + count + self.reach) - low
          mask = torch.narrow(torch.narrow(band, 0, 0, count), 1, low - first + self.reach, keys)
          o = torch.scaled_dot_product_attention(self.split(q, start + first, count), self.split(k, start + low, keys),
              self.split(v, start + low, keys), mask)
          torch.copy_(self.split(out, start + first, count), o)
      start = start + length
    return out

  # What is added to the logits of a block of queries: row r sees the keys of columns r to r + 2 * reach.
  def band(self, x: Tensor, index: List[Tensor]) -> Tensor:
    i = torch.unsqueeze(torch.arange(128, device=x.device), 1)
    j = torch.arange(128 + 2 * self.reach, device=x.device)
    hidden = torch.logical_or(torch.lt(j, i), torch.gt(j, i + 2 * self.reach))
    return torch.masked_fill(torch.zeros_like(hidden, dtype=x.dtype), hidden, float("-inf"))

  # The same for the first token of each pair alone, which sees itself and what follows. It stands for four: a product of
  # fewer may round otherwise where one thread is alone.
  def first_attention(self, q: Tensor, k: Tensor, v: Tensor, index: List[Tensor], lengths: List[int], local: bool) -> Tensor:
    out = torch.zeros_like(q)
    first = 0
    for row in range(len(lengths)):
      keys = lengths[row]
      if local:
        keys = min(keys, self.reach + 1)
      qr = torch.expand(self.split(q, row, 1), [-1, -1, 4, -1])
      o = torch.scaled_dot_product_attention(qr, self.split(k, first, keys), self.split(v, first, keys))
      torch.copy_(self.split(out, row, 1), torch.narrow(o, 2, 0, 1))
      first = first + lengths[row]
    return out

  # The mean of each pair's states after the last norm, in float32; filled up to whole grids of rows.
  def means(self, x: Tensor, w: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    means = annotate(List[Tensor], [])
    first = 0
    for length in lengths:
      states = self.norm(torch.to(torch.narrow(x, 0, first, length), 6), w)
      means.append(torch.mean(states, [0]))
      first = first + length
    return self.filled(torch.stack(means))
