
  # Part of a program: the same products as in products.py by a matrix that was packed. The activation is applied to the
  # sum in float32, before it is rounded.
  def linear(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weights[w], b, "none", annotate(List[Optional[number]], []), "")

  def linear_gelu(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor], approximate: str) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weights[w], b, "gelu", annotate(List[Optional[number]], []), approximate)

  def linear_silu(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weights[w], b, "swish", annotate(List[Optional[number]], []), "")

  def linear_times(self, x: Tensor, weights: List[Tensor], w: int, other: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, other, weights[w], None, "mul")
