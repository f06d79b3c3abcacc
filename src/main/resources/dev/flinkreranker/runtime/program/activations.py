
  # Part of a program that has a product linear and shares of its outcome: what is applied to it, which is rounded first.

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
