
  # Part of a program: rotated positions. Element i of a head turns together with element i + width / 2.

  # How far each of width / 2 elements turns from one position to the next, in float32.
  def frequencies(self, x: Tensor, width: int, base: float) -> Tensor:
    exponents = torch.arange(0, width, 2, dtype=6, device=x.device) / width
    return torch.reciprocal(torch.pow(base, exponents))

  # Cosine and sine of each row's rotation in a number format, as rotate takes them. positions [R] are below most. In float64
  # because its last bit, which depends on where an element lies, is rounded away.
  def turned(self, positions: Tensor, most: int, frequencies: Tensor, format: int) -> List[Tensor]:
    turns = torch.arange(most, dtype=6, device=positions.device)
    table = torch.to(torch.outer(turns, frequencies), 7)
    cos = torch.index_select(torch.to(torch.to(torch.cos(table), 6), format), 0, positions)
    sin = torch.index_select(torch.to(torch.to(torch.sin(table), 6), format), 0, positions)
    return self.turns(cos, sin)
