
  # Part of a program: rotated positions. Element i of a head turns together with element i + width / 2.

  # How far each of width / 2 elements turns from one position to the next, in float32.
  def frequencies(self, x: Tensor, width: int, base: float) -> Tensor:
    exponents = torch.arange(0, width, 2, dtype=6, device=x.device) / width
    return torch.reciprocal(torch.pow(base, exponents))

  # Cosine and sine of each row's rotation in a number format, [R, 1, width / 2]. The rows of a pair are its positions from
  # its first one to its length. In float64 because its last bit, which depends on where an element lies, is rounded away.
  def turned(self, x: Tensor, firsts: List[int], lengths: List[int], frequencies: Tensor, format: int) -> List[Tensor]:
    positions = torch.arange(max(lengths), dtype=6, device=x.device)
    table = torch.to(torch.outer(positions, frequencies), 7)
    rows = annotate(List[Tensor], [])
    for r in range(len(lengths)):
      rows.append(torch.arange(firsts[r], lengths[r], device=x.device))
    index = torch.cat(rows)
    index = torch.constant_pad_nd(index, [0, torch.size(x, 0) - torch.size(index, 0)])
    cos = torch.index_select(torch.to(torch.to(torch.cos(table), 6), format), 0, index)
    sin = torch.index_select(torch.to(torch.to(torch.sin(table), 6), format), 0, index)
    return [torch.unsqueeze(cos, 1), torch.unsqueeze(sin, 1)]
