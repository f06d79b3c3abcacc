
  # Part of a program: products by a matrix of 8-bit integers, which quantizing.py made; what goes with it lies in the
  # further quarters of the list, in its place. A row of x becomes integers from 0 to 255 between its least and its greatest
  # number; inputs that stay in float32 are left out. Sums of integers are exact: a row's bits depend on no other.
  def linear(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    part = len(weights) // 4
    outstanding = weights[w + 3 * part]
    usual = torch.index_fill(torch.ones([torch.size(x, 1)], dtype=6), 0, outstanding, 0.)
    rest = torch.mul(x, usual)
    least = torch.amin(rest, [1], True)
    scale = torch.mul(torch.clamp_min(torch.sub(torch.amax(rest, [1], True), least), 1e-30), 1. / 255.)
    per = torch.reciprocal(scale)
    # Half of a step more, because conversion cuts off.
    q = torch.add_(torch.mul_(rest, per), torch.rsub(torch.mul(least, per), 0.5))
    # Converted by vectors, as only numbers with a sign are; the low 8 bits are the same.
    integers = torch.view_copy(torch.to(q, 1), dtype=0)
    scales = weights[w + part]
    zeros = torch.zeros([torch.size(scales, 0)], dtype=3)
    none = annotate(List[Optional[number]], [])
    out = ops.onednn.qlinear_pointwise(integers, 1., 0, weights[w], scales, zeros, None, 1., 0, 6, "none", none, "")
    if b is None:
      out = torch.mul_(out, scale)
    else:
      out = torch.addcmul(b, out, scale, out=out)
    exact = torch.cat([least, torch.index_select(x, 1, outstanding)], 1)
    return torch.addmm_(out, exact, torch.t(weights[w + 2 * part]))
