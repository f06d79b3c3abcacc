
  # Part of a program: products by a matrix of 8-bit integers, which quantizing.py made; what goes with it lies in the
  # further quarters of the list, in its place. A row of x becomes integers from 0 to 255 between its least and its greatest
  # number; inputs that stay in float32 are left out. Sums of integers are exact: a row's bits depend on no other.
  def linear(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    rows = torch.size(x, 0)
    # By blocks of rows, so that what is made on the way stays in the cache.
    block = 512
    if rows <= block:
      return self.quantized(x, weights, w, b)
    out = torch.empty([rows, torch.size(weights[w + len(weights) // 4], 0)], dtype=6)
    for i in range((rows + block - 1) // block):
      first = i * block
      count = min(block, rows - first)
      torch.copy_(torch.narrow(out, 0, first, count), self.quantized(torch.narrow(x, 0, first, count), weights, w, b))
    return out

  def quantized(self, x: Tensor, weights: List[Tensor], w: int, b: Optional[Tensor]) -> Tensor:
    part = len(weights) // 4
    outstanding = weights[w + 3 * part]
    rest = torch.index_fill(x, 1, outstanding, 0.)
    least = torch.amin(rest, [1], True)
    scale = torch.mul(torch.clamp_min(torch.sub(torch.amax(rest, [1], True), least), 1e-30), 1. / 255.)
    per = torch.reciprocal(scale)
    # Half of a step more, because conversion cuts off.
    q = torch.add_(torch.mul_(rest, per), torch.rsub(torch.mul(least, per), 0.5))
    scales = weights[w + part]
    zeros = torch.zeros([torch.size(scales, 0)], dtype=3)
    none = annotate(List[Optional[number]], [])
    out = ops.onednn.qlinear_pointwise(torch.to(q, 0), 1., 0, weights[w], scales, zeros, None, 1., 0, 6, "none", none, "")
    exact = torch.cat([least, torch.index_select(x, 1, outstanding)], 1)
    return ops.mkldnn._linear_pointwise(exact, torch.mul_(out, scale), weights[w + 2 * part], b, "add")
