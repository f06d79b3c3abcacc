
  # Part of a program that has the attribute head_eps: a head as its checkpoint declares it, on pooled states that fill
  # whole grids of rows, in float32; one score for each row. steps holds three numbers for each step: what it does, where
  # its weight lies and where its bias (-1: it has none).
  #   0   linear [outputs, inputs]    1   layer norm    2   tanh    3   GELU    4   ReLU    5   SiLU
  #   6   the last one, linear to one label, or to two, of which the score is the second less the first
  # Activations are computed in float64 because their last bit, which depends on where an element lies, is rounded away.
  def head(self, weights: List[Tensor], x: Tensor, steps: List[int]) -> Tensor:
    for i in range(len(steps) // 3):
      step = steps[3 * i]
      w = steps[3 * i + 1]
      bias = annotate(Optional[Tensor], None)
      if steps[3 * i + 2] >= 0:
        bias = weights[steps[3 * i + 2]]
      if step == 0:
        x = torch.linear(x, weights[w], bias)
      elif step == 1:
        x = torch.layer_norm(x, [torch.size(x, 1)], weights[w], bias, self.head_eps)
      elif step == 2:
        x = torch.to(torch.tanh(torch.to(x, 7)), 6)
      elif step == 3:
        x = torch.to(torch.gelu(torch.to(x, 7)), 6)
      elif step == 4:
        x = torch.relu(x)
      elif step == 5:
        x = torch.to(torch.silu(torch.to(x, 7)), 6)
      else:
        x = self.label(x, weights[w], bias)
    return x

  # Row by row: products of one or two outputs round by the number of rows.
  def label(self, x: Tensor, w: Tensor, bias: Optional[Tensor]) -> Tensor:
    scores = annotate(List[Tensor], [])
    for label in range(torch.size(w, 0)):
      score = torch.sum(torch.mul(x, w[label]), [1])
      if bias is not None:
        score = score + bias[label]
      scores.append(score)
    score = scores[-1]
    if len(scores) > 1:
      score = score - scores[0]
    return score
