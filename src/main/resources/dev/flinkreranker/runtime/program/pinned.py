
  # Part of a program on a GPU: brings the vectors of a call from the host. From pinned memory, so that the copy waits for
  # nothing that runs, and nothing waits for the copy but what is launched after it. libtorch for CPUs pins nothing.
  def brought(self, vectors: Tensor, device: Device) -> Tensor:
    return torch.to(torch.pin_memory(vectors), device, vectors.dtype, True)
