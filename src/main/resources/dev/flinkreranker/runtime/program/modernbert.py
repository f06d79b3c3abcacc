# ModernBERT cross-encoders: what scores a pair by its first token or by the mean of all. Goes with
# pairs.py, rotation.py and head.py.
#
# For the dialect and the codes of number formats see decoder.py. D is hidden_size, F intermediate_size; every matrix is
# [outputs, inputs]. No matrix and no norm of the body has a bias. A call brings its weights as one list:
#   0       table of words [vocabulary, D]      1   the norm of its rows      2   the norm after the last layer
#   from 3 on those of the head (see head.py)
# From first_layer on follow the layers, each of layer_weights weights, but for the first, which has no norm before
# attention. Where w is first_layer + index * layer_weights, there lie
#   w - 1   the norm before attention                          w + 4   the norm before the feed-forward part
#   w ...   queries, keys, values and attention's outcome [D, D]       w + 5 w + 6   its halves [F, D]
#                                                              w + 7   its outcome [D, F]
class ModernBert(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  eps : float
  first_layer : int
  layer_weights : int
  # Rotary bases of layers that see all tokens, and of those that see reach tokens on either side.
  global_base : float
  local_base : float
  reach : int
  # Whether the head takes the mean of a pair's states, not the state of its first token.
  mean : bool
  head_eps : float
  # As in decoder.py; row_block counts all but attention.
  threads : int
  row_grid : int
  row_block : int

  # [1, pairs] scores in float32. Rows are packed: ids [R] of all pairs one after another; lengths cut them apart, and the
  # rows beyond their sum are padding that nothing looks at. local is 1 for each layer that sees neighbours alone, else 0;
  # steps is the head.
  def score(self, weights: List[Tensor], ids: Tensor, lengths: List[int], local: List[int], steps: List[int]) -> Tensor:
    x = torch.to(torch.index_select(weights[0], 0, ids), weights[1].dtype)
    x = self.norm(x, weights[1])
    width = torch.size(x, 1) // self.heads
    firsts = [0] * len(lengths)
    globals = self.turned(x, firsts, lengths, self.frequencies(x, width, self.global_base), 6)
    locals = self.turned(x, firsts, lengths, self.frequencies(x, width, self.local_base), 6)
    band = self.band(x)
    for i in range(len(local)):
      deepest = i == len(local) - 1 and not self.mean
      w = self.first_layer + i * self.layer_weights
      if local[i] > 0:
        x = self.layer(weights, w, x, locals, band, lengths, i > 0, True, deepest)
      else:
        x = self.layer(weights, w, x, globals, band, lengths, i > 0, False, deepest)
    if self.mean:
      states = self.means(x, weights[2], lengths)
    else:
      states = self.norm(torch.to(x, 6), weights[2])
    scores = self.head(weights, states, steps)
    return torch.narrow(torch.unsqueeze(scores, 0), 1, 0, len(lengths))

  # One layer, in place. With firsts it is computed for the first token of each pair alone and returns one state for each.
  def layer(self, weights: List[Tensor], w: int, x: Tensor, angles: List[Tensor], band: Tensor, lengths: List[int],
      normed: bool, local: bool, firsts: bool) -> Tensor:
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
      x = self.firsts(x, lengths)
      a = x
      if normed:
        a = self.norm(a, weights[w - 1])
      # The first position is not rotated.
      o = self.first_attention(self.linear(a, weights, w, None), k, v, lengths, local)
    elif local:
      o = self.local_attention(q, k, v, lengths, band)
    else:
      o = self.attention(q, k, v, lengths)
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

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 1)], w, None, self.eps)

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
  def local_attention(self, q: Tensor, k: Tensor, v: Tensor, lengths: List[int], band: Tensor) -> Tensor:
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
  def band(self, x: Tensor) -> Tensor:
    i = torch.unsqueeze(torch.arange(128, device=x.device), 1)
    j = torch.arange(128 + 2 * self.reach, device=x.device)
    hidden = torch.logical_or(torch.lt(j, i), torch.gt(j, i + 2 * self.reach))
    return torch.masked_fill(torch.zeros_like(hidden, dtype=x.dtype), hidden, float("-inf"))

  # The same for the first token of each pair alone, which sees itself and what follows.
  def first_attention(self, q: Tensor, k: Tensor, v: Tensor, lengths: List[int], local: bool) -> Tensor:
    out = torch.zeros_like(q)
    first = 0
    for row in range(len(lengths)):
      keys = lengths[row]
      if local:
        keys = min(keys, self.reach + 1)
      o = torch.scaled_dot_product_attention(self.split(q, row, 1), self.split(k, first, keys), self.split(v, first, keys))
      torch.copy_(self.split(out, row, 1), o)
      first = first + lengths[row]
    return out

  # The mean of each pair's states after the last norm, in float32; filled up to whole grids of rows.
  def means(self, x: Tensor, w: Tensor, lengths: List[int]) -> Tensor:
    means = annotate(List[Tensor], [])
    first = 0
    for length in lengths:
      states = self.norm(torch.to(torch.narrow(x, 0, first, length), 6), w)
      means.append(torch.mean(states, [0]))
      first = first + length
    return self.filled(torch.stack(means))
