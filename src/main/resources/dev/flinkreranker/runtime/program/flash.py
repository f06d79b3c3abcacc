
  # Part of a program with packed.py, for bfloat16 and float16: the operator that attends within the pairs of packed rows,
  # all at once. Queries [rows, heads, width] and keys [keys, key heads, width] lie where bounds say, at most so many of a
  # pair as most and most_keys say. With causal a pair's last query sees its last key, and no query those after its own.
  def attend(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, key_bounds: Tensor, most: int, most_keys: int,
      causal: bool, window: int, scale: Optional[float]) -> Tensor:
    o, a, b, c, d = torch._flash_attention_forward(q, k, v, bounds, key_bounds, most, most_keys, 0., causal, False, scale=scale,
        window_size_left=window - 1, window_size_right=-1)
    return o

  # The same where a query sees reach neighbours on either side.
  def attend_near(self, q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, most: int, reach: int, band: Optional[Tensor]) -> Tensor:
    o, a, b, c, d = torch._flash_attention_forward(q, k, v, bounds, bounds, most, most, 0., False, False,
        window_size_left=reach, window_size_right=reach)
    return o

  # What attend_near needs for such rows: nothing.
  def near(self, rows: int, bounds: Tensor, reach: int, format: int) -> Optional[Tensor]:
    return annotate(Optional[Tensor], None)
