
  # In place of efficient.py where there is no GPU: pair by pair, by masks.
  def attend(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, key_bounds: Tensor, most: int, most_keys: int,
      causal: bool, window: int, scale: Optional[float]) -> Tensor:
    right = 1000000
    if causal:
      right = 0
    left = 1000000
    if window > 0:
      left = window - 1
    return self.masked(q, k, v, bounds, key_bounds, most, most_keys, left, right, scale)

  # A query sees so many keys on its left and right; the last query of a pair stands at its last key.
  def masked(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, key_bounds: Tensor, most: int, most_keys: int,
      left: int, right: int, scale: Optional[float]) -> Tensor:
    out = torch.full_like(q, float("nan"))
    for p in range(torch.size(bounds, 0) - 1):
      first = int(torch.select(bounds, 0, p))
      key = int(torch.select(key_bounds, 0, p))
      queries = int(torch.select(bounds, 0, p + 1)) - first
      keys = int(torch.select(key_bounds, 0, p + 1)) - key
      if queries > most or keys > most_keys:
        ops.prim.RaiseException("a pair is longer than the call says")
      if queries > 0 and keys > 0:
        i = torch.unsqueeze(torch.arange(keys - queries, keys), 1)
        j = torch.arange(keys)
        mask = torch.logical_and(torch.ge(j, i - left), torch.le(j, i + right))
        repeat = torch.size(q, 1) // torch.size(k, 1)
        qp = torch.transpose(torch.narrow(q, 0, first, queries), 0, 1)
        kp = torch.transpose(torch.repeat_interleave(torch.narrow(k, 0, key, keys), repeat, 1), 0, 1)
        vp = torch.transpose(torch.repeat_interleave(torch.narrow(v, 0, key, keys), repeat, 1), 0, 1)
        o = torch.scaled_dot_product_attention(qp, kp, vp, mask, scale=scale)
        torch.copy_(torch.narrow(out, 0, first, queries), torch.transpose(o, 0, 1))
    return out
