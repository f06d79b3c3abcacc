
  # Part of a program: states of pairs that other calls have kept.

  # Their rows, one piece after another: in each tensor as many as counts says, from firsts on. Filled up to that many rows.
  def gathered(self, kept: List[Tensor], firsts: List[int], counts: List[int], most: int) -> Tensor:
    rows = annotate(List[Tensor], [])
    for i in range(len(kept)):
      rows.append(torch.narrow(kept[i], 0, firsts[i], counts[i]))
    x = torch.cat(rows)
    return torch.constant_pad_nd(x, [0, 0, 0, most - torch.size(x, 0)])
