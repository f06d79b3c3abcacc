
  # Part of weights.py where matrices become 8-bit integers, as int8_products.py takes them. Inputs in which some row's
  # weight stands out stay in float32, at most 15 of them: they would make the row's scale so large that little is left of its
  # other weights. Four tensors:
  #   the integers [outputs, inputs], in blocks as oneDNN's kernels take them, with 0 for the inputs that stand out
  #   the scale of each row [outputs], so that its greatest integer is 127
  #   what a row's integers are worth in all, and behind it the weights that stand out, [outputs, 1 + outstanding]
  #   which inputs these are [outstanding]
  def quantized(self, matrix: Tensor) -> List[Tensor]:
    inputs = torch.size(matrix, 1)
    sizes = torch.abs(matrix)
    usual = torch.clamp_min(torch.linalg_vector_norm(matrix, 2, [1], True), 1e-30)
    ratios, outstanding = torch.topk(torch.amax(torch.div(sizes, usual), [0]), min(15, inputs // 16))
    rest = torch.index_fill(matrix, 1, outstanding, 0.)
    scales = torch.mul(torch.clamp_min(torch.amax(torch.abs(rest), [1]), 1e-30), 1. / 127.)
    integers = torch.round_(torch.div(rest, torch.unsqueeze(scales, 1)))
    worth = torch.unsqueeze(torch.mul(torch.sum(integers, [1]), scales), 1)
    exact = torch.cat([worth, torch.index_select(matrix, 1, outstanding)], 1)
    packed = ops.onednn.qlinear_prepack(torch.to(integers, 1), [1024, inputs])
    return [packed, scales, exact, outstanding]
