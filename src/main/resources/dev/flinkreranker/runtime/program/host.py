
  # Part of a program on a CPU: the vectors of a call are where they are taken.
  def brought(self, vectors: Tensor, device: Device) -> Tensor:
    return vectors
