
  # Part of a program that has the attribute threads and a product linear: what is applied to its outcome, which is
  # rounded first.

  # approximate is "none" or "tanh".
  def linear_gelu(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor], approximate: str) -> Tensor:
    out = self.linear(x, weights, w, b)
    for part in self.shares(out):
      part = torch.gelu_(part, approximate=approximate)
    return out

  def linear_silu(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    out = self.linear(x, weights, w, b)
    for part in self.shares(out):
      part = torch.silu_(part)
    return out

  # Element by element with another tensor, which it may overwrite.
  def linear_times(self, x: Tensor, weights: List[Tensor], w: int, other: Tensor) -> Tensor:
    return torch.mul_(other, self.linear(x, weights, w, None))

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
