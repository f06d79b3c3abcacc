
  # Part of a program: the same products as in products.py by a matrix that was packed. The activation is applied to the
  # sum in float32, before it is rounded.
  def linear(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")

  def linear_gelu(self, x: Tensor, w: Tensor, b: Optional[Tensor], approximate: str) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, b, "gelu", annotate(List[Optional[number]], []), approximate)

  def linear_silu(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, b, "swish", annotate(List[Optional[number]], []), "")

  def linear_times(self, x: Tensor, w: Tensor, other: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, other, w, None, "mul")
