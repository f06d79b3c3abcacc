
  # Part of a program with packed.py and efficient.py, whose operator has no window on both sides.

  # Attention where a query sees reach neighbours on either side: by blocks of rows and the rows that any of them sees,
  # whatever pair they are of.
  def attend_near(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, most: int, reach: int, band: Optional[Tensor]) -> Tensor:
    rows = torch.size(q, 0)
    rest = (rows + 127) // 128 * 128 - rows
    qb = torch.permute(self.cut(q, 0, rest, 128, 128), [0, 1, 3, 2])
    kb = torch.permute(self.cut(k, reach, rest + reach, 128 + 2 * reach, 128), [0, 1, 3, 2])
    vb = torch.permute(self.cut(v, reach, rest + reach, 128 + 2 * reach, 128), [0, 1, 3, 2])
    o = torch.scaled_dot_product_attention(qb, kb, vb, band)
    return torch.narrow(torch.reshape(torch.permute(o, [0, 2, 1, 3]), [rows + rest, torch.size(q, 1), -1]), 0, 0, rows)

  # What is added to the logits of these blocks, [blocks, 1, 128, 128 + 2 * reach].
  def near(self, rows: int, bounds: Tensor, reach: int, format: int) -> Optional[Tensor]:
    rest = (rows + 127) // 128 * 128 - rows
    pairs = self.pairs_of(rows, bounds)
    own = torch.unsqueeze(self.cut(pairs, 0, rest, 128, 128), 2)
    seen = torch.unsqueeze(self.cut(pairs, reach, rest + reach, 128 + 2 * reach, 128), 1)
    i = torch.unsqueeze(torch.arange(128, device=bounds.device), 1)
    j = torch.arange(128 + 2 * reach, device=bounds.device)
    far = torch.logical_or(torch.lt(j, i), torch.gt(j, i + 2 * reach))
    hidden = torch.unsqueeze(torch.logical_or(torch.ne(own, seen), far), 1)
    return torch.masked_fill(torch.zeros_like(hidden, dtype=format), hidden, float("-inf"))
