
  # Part of modernbert.py where attention runs over packed rows (see packed.py).

  # One layer. With firsts it is computed for the first token of each pair alone and returns one state for each.
  def layer(self, weights: List[Tensor], w: int, x: Tensor, angles: List[Tensor], band: Optional[Tensor], index: List[Tensor],
      lengths: List[int], normed: bool, local: bool, firsts: bool) -> Tensor:
    a = x
    if normed:
      a = self.norm(a, weights[w - 1])
    most = self.most(lengths)
    k = self.rotate(self.split(self.linear(a, weights, w + 1, None)), angles)
    v = self.split(self.linear(a, weights, w + 2, None))
    if firsts and not local:
      # The first position is not rotated.
      q = self.split(self.linear(torch.index_select(a, 0, index[2]), weights, w, None))
      o = self.attend(q, k, v, index[4], index[3], self.row_grid, most, False, 0, None)
    else:
      q = self.rotate(self.split(self.linear(a, weights, w, None)), angles)
      if local:
        o = self.attend_near(q, k, v, index[3], most, self.reach, band)
      else:
        o = self.attend(q, k, v, index[3], index[3], most, most, False, 0, None)
      if firsts:
        o = torch.index_select(o, 0, index[2])
    if firsts:
      x = torch.index_select(x, 0, index[2])
    x = torch.add(x, self.linear(torch.reshape(o, torch.size(x)), weights, w + 3, None))
    m = self.norm(x, weights[w + 4])
    g = self.linear_gelu(m, weights, w + 5, None, "none")
    g = self.linear_times(m, weights, w + 6, g)
    return torch.add_(x, self.linear(g, weights, w + 7, None))

  # Rows as [rows, heads, D / heads].
  def split(self, x: Tensor) -> Tensor:
    return torch.view(x, [torch.size(x, 0), self.heads, -1])

  # What neighbours alone need to be attended to.
  def band(self, x: Tensor, index: List[Tensor]) -> Optional[Tensor]:
    return self.near(torch.size(x, 0), index[3], self.reach, x.dtype)

  # The mean of each pair's states after the last norm, in float32.
  def means(self, x: Tensor, w: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    return self.mean_states(self.norm(torch.to(x, 6), w), index[3], len(lengths))
