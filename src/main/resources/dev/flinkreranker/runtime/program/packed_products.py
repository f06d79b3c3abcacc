
  # Part of a program that has the attribute threads: the same products as in products.py by a matrix that was packed. The
  # activation is applied to the sum in float32, before it is rounded.
  def linear(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    return self.activated(x, weights[w], b, "none", "")

  def linear_gelu(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor], approximate: str) -> Tensor:
    return self.activated(x, weights[w], b, "gelu", approximate)

  def linear_silu(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    return self.activated(x, weights[w], b, "swish", "")

  def linear_times(self, x: Tensor, weights: List[Tensor], w: int, other: Tensor) -> Tensor:
    rows = torch.size(x, 0)
    missing = self.missing(rows, weights[w])
    if missing > 0:
      x = torch.constant_pad_nd(x, [0, 0, 0, missing])
      other = torch.constant_pad_nd(other, [0, 0, 0, missing])
    out = ops.mkldnn._linear_pointwise(x, other, weights[w], None, "mul")
    return torch.narrow(out, 0, 0, rows)

  def activated(self, x: Tensor, matrix: Tensor, b: Optional[Tensor], activation: str, approximate: str) -> Tensor:
    rows = torch.size(x, 0)
    missing = self.missing(rows, matrix)
    if missing > 0:
      x = torch.constant_pad_nd(x, [0, 0, 0, missing])
    out = ops.mkldnn._linear_pointwise(x, matrix, b, activation, annotate(List[Optional[number]], []), approximate)
    return torch.narrow(out, 0, 0, rows)

  # How many rows to fill up, so that a row's bits do not depend on their number. Where sums are longer than 1,024 terms
  # and there are less than two blocks of an outcome for each thread and 1,024 terms, oneDNN lets threads share a sum. A
  # block has 64 columns and at most 64 rows; 80 rows or fewer are one block. Above 256 rows, blocks of a matrix more than
  # four times as high as there are rows go together, but not those of 512 rows by 4,096 columns and more.
  def missing(self, rows: int, matrix: Tensor) -> int:
    terms = torch.size(matrix, 1)
    columns = torch.size(matrix, 0)
    if terms <= 1024 or self.threads == 1:
      return 0
    blocks = (2 * (terms // 1024) * self.threads * 64 + columns - 1) // columns
    if blocks <= 1:
      return 0
    least = max(96, 64 * blocks - 48)
    if columns > 1024:
      least = max(least, columns // 4 + 16)
    if columns >= 4096:
      least = min(least, 512)
    return max(0, least - rows)
