
  # Part of a program: products by a matrix of 8-bit integers; its scales lie in the list's second half, in its place. A
  # row of x takes a scale of its own, so that its greatest number becomes 127. Sums of integers are exact: a row's bits
  # depend on no other.
  def linear(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    scale = torch.clamp_min(torch.amax(torch.abs(x), [1], True), 1e-30)
    q = torch.round_(torch.mul(x, torch.mul(torch.reciprocal(scale), 127.)))
    # The kernels take them without a sign, with 128 for zero: the highest bit flips.
    q = torch.bitwise_xor_(torch.view_copy(torch.to(q, 1), dtype=0), 128)
    scales = weights[w + len(weights) // 2]
    zeros = torch.zeros([torch.size(scales, 0)], dtype=3)
    out = ops.onednn.qlinear_pointwise(q, 1., 128, weights[w], scales, zeros, None, 1., 0, 6, "none", annotate(List[Optional[number]], []), "")
    out = torch.mul_(out, torch.mul(scale, 1. / 127.))
    if b is not None:
      out = torch.add_(out, b)
    return out
