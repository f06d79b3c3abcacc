
  # Part of encoder.py where attention runs over packed rows (see packed.py).
  def attention(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, lengths: List[int]) -> Tensor:
    most = self.most(lengths)
    return self.joined(self.attend(self.split(q), self.split(k), self.split(v), bounds, bounds, most, most, False, 0, None))

  # What the first token of each pair gets.
  def first_attention(self, weights: List[Tensor], w: int, x: Tensor, k: Tensor, v: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    q = self.linear(torch.index_select(x, 0, index[3]), weights, w, weights[w + 1])
    return self.joined(self.attend(self.split(q), self.split(k), self.split(v), index[5], index[4], self.row_grid,
        self.most(lengths), False, 0, None))

  # Rows as [rows, heads, D / heads].
  def split(self, x: Tensor) -> Tensor:
    return torch.view(x, [torch.size(x, 0), self.heads, -1])

  def joined(self, x: Tensor) -> Tensor:
    return torch.reshape(x, [torch.size(x, 0), -1])
