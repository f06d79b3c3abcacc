
  # Part of modernbert.py where attention runs over packed rows (see packed.py).

  # One layer, in place. With firsts it is computed for the first token of each pair alone and returns one state for each.
  def layer(self, weights: List[Tensor], w: int, x: Tensor, angles: List[Tensor], band: Optional[Tensor], index: List[Tensor],
      lengths: List[int], normed: bool, local: bool, firsts: bool) -> Tensor:
    a = x
    if normed:
      a = self.norm(a, weights[w - 1])
    most = self.most(lengths)
    width = torch.size(x, 1)
    if firsts and not local:
      k, v = torch.chunk(self.split(self.partly(a, weights[w], None, width, 2 * width), 2), 2, 1)
      k = self.rotate(k, angles)
      # The first position is not rotated.
      q = self.split(self.partly(torch.index_select(a, 0, index[2]), weights[w], None, 0, width), 1)
      o = self.attend(q, k, v, index[4], index[3], self.row_grid, most, False, 0, None)
    else:
      all = self.split(self.linear(a, weights, w, None), 3)
      q, k = torch.chunk(self.rotate(torch.narrow(all, 1, 0, 2 * self.heads), angles), 2, 1)
      v = torch.narrow(all, 1, 2 * self.heads, self.heads)
      if local:
        o = self.attend_near(q, k, v, index[3], most, self.reach, band)
      else:
        o = self.attend(q, k, v, index[3], index[3], most, most, False, 0, None)
      if firsts:
        o = torch.index_select(o, 0, index[2])
    if firsts:
      x = torch.index_select(x, 0, index[2])
    x = torch.addmm_(x, torch.reshape(o, torch.size(x)), torch.t(weights[w + 3]))
    m = self.norm(x, weights[w + 4])
    g, u = torch.chunk(self.linear(m, weights, w + 5, None), 2, 1)
    g = torch.mul_(torch.gelu_(g, approximate="none"), u)
    return torch.addmm_(x, g, torch.t(weights[w + 7]))

  # Rows as [rows, parts * heads, D / heads].
  def split(self, x: Tensor, parts: int) -> Tensor:
    return torch.view(x, [torch.size(x, 0), parts * self.heads, -1])

  # What neighbours alone need to be attended to.
  def band(self, x: Tensor, index: List[Tensor]) -> Optional[Tensor]:
    return self.near(torch.size(x, 0), index[3], self.reach, x.dtype)

  # The mean of each pair's states after the last norm, in float32.
  def means(self, x: Tensor, w: Tensor, index: List[Tensor], lengths: List[int]) -> Tensor:
    return self.mean_states(self.norm(torch.to(x, 6), w), index[3], len(lengths))
