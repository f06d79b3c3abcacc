
  # Part of weights.py where oneDNN packs: a copy in the blocks in which its kernels take a matrix. They are laid out
  # for batches of many rows and serve those of few.
  def pack(self, matrix: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(matrix, 1024)
