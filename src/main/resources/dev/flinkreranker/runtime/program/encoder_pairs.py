
  # Part of encoder.py where attention runs pair by pair (see pairs.py): what each token gets in the layer at w.
  def all_attention(self, weights: List[Tensor], w: int, x: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    q = self.linear(x, weights, w, weights[w + 1])
    k = self.linear(x, weights, w + 2, weights[w + 3])
    v = self.linear(x, weights, w + 4, weights[w + 5])
    return self.attention(q, k, v, index[4], lengths)

  # What the first token of each pair gets. Its query goes through attention among those of a grid of rows: products of
  # fewer may round otherwise, and the bits are to be those of the whole layer.
  def first_attention(self, weights: List[Tensor], w: int, x: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    k = self.linear(x, weights, w + 2, weights[w + 3])
    v = self.linear(x, weights, w + 4, weights[w + 5])
    grids = annotate(List[Tensor], [])
    first = 0
    for length in lengths:
      grids.append(torch.narrow(x, 0, first, min(self.row_grid, length)))
      first = first + length
    q = self.linear(self.filled(torch.cat(grids)), weights, w, weights[w + 1])
    out = torch.zeros([torch.size(index[3], 0), torch.size(x, 1)], dtype=x.dtype)
    first = 0
    query = 0
    for row in range(len(lengths)):
      length = lengths[row]
      queries = min(self.row_grid, length)
      o = self.attended(self.split(q, query, queries), self.split(k, first, length), self.split(v, first, length))
      torch.copy_(self.split(out, row, 1), torch.narrow(o, 2, 0, 1))
      first = first + length
      query = query + queries
    return out
