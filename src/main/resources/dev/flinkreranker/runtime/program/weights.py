class Weights(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # The whole file as numbers of one type, mapped: nothing is read yet, and other processes share it.
  def map(self, path: str, elements: int, dtype: int) -> Tensor:
    return torch.from_file(path, False, elements, dtype=dtype, device=torch.device("cpu"))

  # A tensor of a mapped file; a view of it unless its type or its device must change.
  def tensor(self, file: Tensor, first: int, elements: int, shape: List[int], dtype: int, device: str) -> Tensor:
    view = torch.view(torch.narrow(file, 0, first, elements), shape)
    return torch.to(view, torch.device(device), dtype)

  # The same for a tensor that does not begin at a multiple of its number's size: mapped as bytes, copied.
  def misaligned(self, file: Tensor, first: int, bytes: int, shape: List[int], stored: int, dtype: int, device: str) -> Tensor:
    copy = torch.view_copy(torch.clone(torch.narrow(file, 0, first, bytes)), dtype=stored)
    return torch.to(torch.view(copy, shape), torch.device(device), dtype)

  # A matrix with what an adapter adds to it.
  def updated(self, matrix: Tensor, down: Tensor, up: Tensor, scale: float, dtype: int) -> Tensor:
    return torch.to(torch.add(matrix, torch.matmul(up, down), alpha=scale), dtype)

  # Weights one below the other.
  def joined(self, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts)

  # What a norm by (1 + weight) multiplies a row of length 1 by.
  def factors(self, weight: Tensor) -> Tensor:
    return torch.mul(torch.add(weight, 1.), torch.sqrt(torch.numel(weight)))

  # Whether no number is NaN or infinite: either would show in the least or the greatest.
  def finite(self, tensor: Tensor) -> bool:
    if torch.numel(tensor) == 0:
      return True
    least, greatest = torch.aminmax(tensor)
    return bool(torch.isfinite(least)) and bool(torch.isfinite(greatest))
