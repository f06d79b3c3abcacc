  # Part of weights.py where matrices become 8-bit integers: the scale of each row, so that its greatest number becomes 127.
  def scales(self, matrix: Tensor) -> Tensor:
    return torch.mul(torch.clamp_min(torch.amax(torch.abs(matrix), [1]), 1e-30), 1. / 127.)

  # The integers, in blocks as oneDNN's kernels take them.
  def pack(self, matrix: Tensor, scales: Tensor) -> Tensor:
    q = torch.to(torch.round_(torch.div(matrix, torch.unsqueeze(scales, 1))), 1)
    return ops.onednn.qlinear_prepack(q, [1024, torch.size(q, 1)])
