
  # Part of weights.py where oneDNN packs: a copy in the blocks in which its kernels take a matrix. They are laid out
  # for batches of many rows and serve those of few. In float32 the number of rows is so large that no number of threads
  # makes blocks narrower than 64 columns: the last of these would have to be filled up, which oneDNN 3.7 does wrong.
  def pack(self, matrix: Tensor) -> Tensor:
    rows = 1024
    if matrix.dtype == 6:
      rows = 1048576
    return ops.mkldnn._reorder_linear_weight(matrix, rows)
