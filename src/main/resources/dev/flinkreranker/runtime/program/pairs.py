
  # Part of a program that has the attributes heads, row_grid and threads: pairs one after another, on a CPU. Goes with
  # fused.py or multiplied.py.

  # Attention pair by pair, so that neither padding nor a mask is needed and no pair's bits depend on its neighbours.
  def attention(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, lengths: List[int]) -> Tensor:
    out = torch.zeros_like(q)
    first = 0
    for length in lengths:
      o = self.attended(self.split(q, first, length), self.split(k, first, length), self.split(v, first, length))
      torch.copy_(self.split(out, first, length), o)
      first = first + length
    return out

  # One pair's rows as [1, heads, length, D / heads].
  def split(self, x: Tensor, first: int, length: int) -> Tensor:
    rows = torch.narrow(x, 0, first, length)
    return torch.transpose(torch.view(rows, [1, length, self.heads, -1]), 1, 2)

  # Filled up to whole grids of rows: products of few rows are rounded otherwise (see ExecutionPlan).
  def filled(self, x: Tensor) -> Tensor:
    rows = torch.size(x, 0)
    return torch.constant_pad_nd(x, [0, 0, 0, (rows + self.row_grid - 1) // self.row_grid * self.row_grid - rows])

  # Vector and scalar code of an activation differ in the last bit, and elements at the end of a thread's share take the
  # scalar one: the shares are cut where vectors end (64 numbers: a loop takes two of AVX-512), so that a row's score does
  # not depend on the rows beside it.
  def shares(self, x: Tensor) -> List[Tensor]:
    flat = torch.view(x, [-1])
    size = torch.size(flat, 0)
    unit = 32768
    if size >= unit * self.threads:
      unit = 64 * self.threads
    rest = size % unit
    return [torch.narrow(flat, 0, 0, size - rest), torch.narrow(flat, 0, size - rest, rest)]
