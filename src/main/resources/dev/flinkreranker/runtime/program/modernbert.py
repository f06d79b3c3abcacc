# ModernBERT cross-encoders: what scores a pair by its first token or by the mean of all. Goes with
# rotation.py and head.py.
#
# For the dialect and the codes of number formats see decoder.py. D is hidden_size, F intermediate_size; every matrix is
# [outputs, inputs]. No matrix and no norm of the body has a bias. A call brings its weights as one list:
#   0       table of words [vocabulary, D]      1   the norm of its rows      2   the norm after the last layer
#   from 3 on those of the head (see head.py)
# From first_layer on follow the layers, each of layer_weights weights, but for the first, which has no norm before
# attention. Where w is first_layer + index * layer_weights, there lie
#   w - 1   the norm before attention                          w + 4   the norm before the feed-forward part
#   w ...   queries, keys, values and attention's outcome [D, D]       w + 5 w + 6   its halves [F, D]
#                                                              w + 7   its outcome [D, F]
class ModernBert(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  eps : float
  first_layer : int
  layer_weights : int
  # Rotary bases of layers that see all tokens, and of those that see reach tokens on either side.
  global_base : float
  local_base : float
  reach : int
  # Whether the head takes the mean of a pair's states, not the state of its first token.
  mean : bool
  head_eps : float
  # As in decoder.py; row_block counts all but attention.
  threads : int
  row_grid : int
  row_block : int

  # [1, pairs] scores in float32. Rows are packed: those of all pairs one after another; lengths cut them apart, and the
  # rows beyond their sum are padding that nothing looks at. buffer holds vectors of these sizes (see PackedRows):
  #   0 1   ids and positions [R]      2   the row of each pair's first token, filled up to the grid
  #   3 4   where each pair's rows begin, and where its first token does among first tokens [pairs + 2]
  # local is 1 for each layer that sees neighbours alone, else 0; steps is the head.
  def score(self, weights: List[Tensor], buffer: Tensor, sizes: List[int], lengths: List[int], local: List[int], steps: List[int]) -> Tensor:
    index = torch.split_with_sizes(self.brought(buffer, weights[0].device), sizes)
    x = torch.to(torch.index_select(weights[0], 0, index[0]), weights[1].dtype)
    x = self.norm(x, weights[1])
    width = torch.size(x, 1) // self.heads
    most = max(lengths)
    globals = self.turned(index[1], most, self.frequencies(x, width, self.global_base), 6)
    locals = self.turned(index[1], most, self.frequencies(x, width, self.local_base), 6)
    band = self.band(x, index)
    for i in range(len(local)):
      deepest = i == len(local) - 1 and not self.mean
      w = self.first_layer + i * self.layer_weights
      if local[i] > 0:
        x = self.layer(weights, w, x, locals, band, index, lengths, i > 0, True, deepest)
      else:
        x = self.layer(weights, w, x, globals, band, index, lengths, i > 0, False, deepest)
    if self.mean:
      states = self.means(x, weights[2], index, lengths)
    else:
      states = self.norm(torch.to(x, 6), weights[2])
    scores = self.head(weights, states, steps)
    return torch.narrow(torch.unsqueeze(scores, 0), 1, 0, len(lengths))

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 1)], w, None, self.eps)
