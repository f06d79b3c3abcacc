
  # Part of pairs.py: one pair's attention [1, heads, queries, D / heads] by the fused kernel.
  def attended(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(q, k, v)
