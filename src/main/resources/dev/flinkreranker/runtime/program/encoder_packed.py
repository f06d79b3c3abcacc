
  # Part of encoder.py where attention runs over packed rows (see packed.py): what each token gets in the layer at w.
  def all_attention(self, weights: List[Tensor], w: int, x: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    q, k, v = torch.chunk(self.split(self.linear(x, weights, w, weights[w + 1]), 3), 3, 1)
    most = self.most(lengths)
    return self.joined(self.attend(q, k, v, index[4], index[4], most, most, False, 0, None))

  # What the first token of each pair gets.
  def first_attention(self, weights: List[Tensor], w: int, x: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    width = torch.size(x, 1)
    firsts = torch.index_select(x, 0, index[3])
    q = self.split(self.partly(firsts, weights[w], weights[w + 1], 0, width), 1)
    k, v = torch.chunk(self.split(self.partly(x, weights[w], weights[w + 1], width, 2 * width), 2), 2, 1)
    return self.joined(self.attend(q, k, v, index[5], index[4], self.row_grid, self.most(lengths), False, 0, None))

  # Rows as [rows, parts * heads, D / heads].
  def split(self, x: Tensor, parts: int) -> Tensor:
    return torch.view(x, [torch.size(x, 0), parts * self.heads, -1])

  def joined(self, x: Tensor) -> Tensor:
    return torch.reshape(x, [torch.size(x, 0), -1])
