
  # Part of a program: pairs in packed rows, all of them in each operation, so that their number changes nothing. Goes with
  # flash.py or efficient.py. Matrices of queries, keys and values are one, one below the other, in the place of each of
  # them, and so are their biases, and the halves of a gated feed-forward part (see WeightSpec).

  # Rows by so many outputs of a matrix that is one with others, from first on.
  def partly(self, x: Tensor, matrix: Tensor, bias: Optional[Tensor], first: int, outputs: int) -> Tensor:
    own = annotate(Optional[Tensor], None)
    if bias is not None:
      own = torch.narrow(bias, 0, first, outputs)
    return torch.linear(x, torch.narrow(matrix, 0, first, outputs), own)

  # What rotate takes: cosine and sine for whole heads, [R, 1, width].
  def turns(self, cos: Tensor, sin: Tensor) -> List[Tensor]:
    whole = torch.cat([cos, cos], 1)
    signed = torch.cat([torch.neg(sin), sin], 1)
    return [torch.unsqueeze(whole, 1), torch.unsqueeze(signed, 1)]

  # Element i of a head turns with element i + width / 2: [R, heads, width].
  def rotate(self, x: Tensor, turns: List[Tensor]) -> Tensor:
    halves = torch.view(x, [torch.size(x, 0), torch.size(x, 1), 2, -1])
    swapped = torch.reshape(torch.flip(halves, [2]), torch.size(x))
    return torch.addcmul(torch.mul(x, turns[0]), swapped, turns[1], out=torch.empty_like(x))

  # More than any pair has rows, those that fill up included.
  def most(self, lengths: List[int]) -> int:
    return max(max(lengths), self.row_grid)

  # Which pair each row is of.
  def pairs_of(self, rows: int, bounds: Tensor) -> Tensor:
    return torch.bucketize(torch.arange(rows, dtype=3, device=bounds.device), bounds, out_int32=True, right=True)

  # Windows over rows, of so many rows, step by step: [windows, ..., size]. Rows are added before and after.
  def cut(self, x: Tensor, before: int, after: int, size: int, step: int) -> Tensor:
    if before + after > 0:
      pad = [before, after]
      if torch.dim(x) > 1:
        pad = [0, 0, 0, 0, before, after]
      x = torch.constant_pad_nd(x, pad)
    return torch.unfold(x, 0, size, step)

  # The mean of each pair's states, [pairs, D].
  def mean_states(self, x: Tensor, bounds: Tensor, pairs: int) -> Tensor:
    means = torch.segment_reduce(x, "mean", offsets=bounds, unsafe=True)
    return torch.narrow(means, 0, 0, pairs)

  # What an activation is applied to.
  def shares(self, x: Tensor) -> List[Tensor]:
    return [x]
