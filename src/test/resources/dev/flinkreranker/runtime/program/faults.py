class Faults(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  count : int
  ratio : float
  on : bool
  def attributes(self) -> Tensor:
    return torch.tensor([float(self.count), self.ratio, float(self.on)], dtype=6)
  def allocate(self, elements: int) -> Tensor:
    return torch.zeros([elements], dtype=6)
  def inner(self, x: Tensor, index: int) -> Tensor:
    return torch.select(x, 0, index)
  def select(self, index: int) -> Tensor:
    return self.inner(torch.zeros([3], dtype=6), index)
  def echo(self, ids: Tensor, shape: List[int], scale: float, negate: bool, name: str) -> Tensor:
    x = torch.view(torch.to(ids, 6), shape) * scale
    if negate:
      x = torch.neg(x)
    else:
      pass
    return x + torch.len(name)
  def two(self) -> List[Tensor]:
    return [torch.tensor([1., 2.], dtype=6), torch.tensor([3., 4.], dtype=6)]
  def reached(self, vectors: Tensor, sizes: List[int]) -> Tensor:
    return torch.to(self.brought(vectors, torch.device("cuda:0")), 6)
  def joined(self, kept: List[Tensor]) -> Tensor:
    return torch.cat(kept)
