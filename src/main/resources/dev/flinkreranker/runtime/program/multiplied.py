
  # Part of pairs.py: one pair's attention [1, heads, queries, D / heads] by two products, where the fused kernel multiplies
  # by a library without instructions for the number format. Long pairs take that kernel, so that memory does not grow with
  # the square of a length.
  def attended(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    heads, queries, size = torch.size(q, 1), torch.size(q, 2), torch.size(q, 3)
    keys = torch.size(k, 2)
    if keys > 512:
      return torch.scaled_dot_product_attention(q, k, v)
    # Its numbers are not read; the logits are scaled before they are rounded.
    logits = torch.empty([heads, queries, keys], dtype=q.dtype)
    logits = torch.baddbmm(logits, q[0], torch.transpose(k[0], 1, 2), beta=0, alpha=float(size) ** -0.5)
    return torch.unsqueeze(torch.bmm(torch.softmax(logits, -1), v[0]), 0)
