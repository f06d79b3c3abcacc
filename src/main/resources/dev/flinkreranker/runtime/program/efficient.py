
  # Part of a program with packed.py: the same as flash.py in any number format and on any GPU. Keys and values are repeated
  # for each query head.
  def attend(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, key_bounds: Tensor, most: int, most_keys: int,
      causal: bool, window: int, scale: Optional[float]) -> Tensor:
    repeat = torch.size(q, 1) // torch.size(k, 1)
    if repeat > 1:
      k = torch.repeat_interleave(k, repeat, 1)
      v = torch.repeat_interleave(v, repeat, 1)
    mask = 0
    if causal:
      mask = 2
    near = annotate(Optional[int], None)
    if window > 0:
      near = window
    o, a, b, c, d, e = torch._efficient_attention_forward(torch.unsqueeze(q, 0), torch.unsqueeze(k, 0), torch.unsqueeze(v, 0),
        None, bounds, key_bounds, most, most_keys, 0., mask, False, scale=scale, window_size=near)
    return torch.squeeze(o, 0)
