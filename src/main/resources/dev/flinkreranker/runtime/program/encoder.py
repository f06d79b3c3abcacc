# BERT, RoBERTa and XLM-RoBERTa: what scores the state of a pair's first token, or compares those of two texts. Goes
# with kept.py.
#
# For the dialect and the codes of number formats see decoder.py. D is hidden_size, F intermediate_size; every matrix is
# [outputs, inputs] and followed by its bias, every norm's weight by its bias. A call brings its weights as one list:
#   0 1 2   tables of words, positions and token types, [rows, D]
#   3       norm of their sum; from 5 on the heads: dense [D, D] and labels [1 or 2, D] each
# From first_layer on follow the layers, each of layer_weights weights; within a layer lie
#   0 2 4   queries, keys and values [D, D]     6   attention's outcome [D, D]     8   its norm
#   10 12   feed-forward [F, D] and [D, F]      14  its norm
class Encoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  eps : float
  first_layer : int
  layer_weights : int
  # As in decoder.py; row_block counts what follows attention.
  threads : int
  row_grid : int
  row_block : int

  # [cutoffs, pairs] scores in float32, and the states [R, D] that entered the deepest layer. Rows are packed: those of all
  # pairs one after another; lengths cut them apart, and the rows beyond their sum are padding that nothing looks at. buffer
  # holds vectors of these sizes (see PackedRows):
  #   0 1 2   ids, positions and token types [R]      3   the row of each pair's first token, filled up to the grid
  #   4 5     where each pair's rows begin, and where its first token does among first tokens [pairs + 2]
  # head_weights says where in weights the head of each cutoff begins.
  def score(self, weights: List[Tensor], buffer: Tensor, sizes: List[int], lengths: List[int], cutoffs: List[int], head_weights: List[int]) -> List[Tensor]:
    index = torch.split_with_sizes(self.brought(buffer, weights[0].device), sizes)
    return self.scores(weights, self.embed(weights, index), index, lengths, 0, cutoffs, head_weights)

  # The same from states that passed the lowest done layers in other calls (see kept.py).
  def resume(self, weights: List[Tensor], kept: List[Tensor], firsts: List[int], counts: List[int], done: int, buffer: Tensor,
      sizes: List[int], lengths: List[int], cutoffs: List[int], head_weights: List[int]) -> List[Tensor]:
    index = torch.split_with_sizes(self.brought(buffer, weights[0].device), sizes)
    x = self.gathered(kept, firsts, counts, sizes[0])
    return self.scores(weights, x, index, lengths, done, cutoffs, head_weights)

  # The same for states that passed the lowest done layers, fewer than the first cutoff.
  def scores(self, weights: List[Tensor], x: Tensor, index: List[Tensor], lengths: List[int], done: int, cutoffs: List[int], head_weights: List[int]) -> List[Tensor]:
    scores = annotate(List[Tensor], [])
    for c in range(len(cutoffs) - 1):
      x = self.layers(weights, x, index, lengths, done, cutoffs[c])
      scores.append(self.head(weights, torch.index_select(x, 0, index[3]), len(lengths), head_weights[c]))
      done = cutoffs[c]
    deepest = cutoffs[-1] - 1
    x = self.layers(weights, x, index, lengths, done, deepest)
    states = self.deepest_layer(weights, x, index, lengths, self.first_layer + deepest * self.layer_weights)
    scores.append(self.head(weights, states, len(lengths), head_weights[-1]))
    return [torch.stack(scores), x]

  # The cosine of two texts' embeddings, [pairs] in float32: their first tokens' states after that many layers. Vectors are
  # those of score for the texts; then two that say which texts make a pair.
  def cosines(self, weights: List[Tensor], buffer: Tensor, sizes: List[int], lengths: List[int], layers: int) -> Tensor:
    index = torch.split_with_sizes(self.brought(buffer, weights[0].device), sizes)
    x = self.layers(weights, self.embed(weights, index), index, lengths, 0, layers - 1)
    x = torch.to(self.deepest_layer(weights, x, index, lengths, self.first_layer + (layers - 1) * self.layer_weights), 6)
    x = torch.div(x, torch.clamp_min(torch.linalg_vector_norm(x, 2, [1], True), 1e-12))
    return torch.sum(torch.mul(torch.index_select(x, 0, index[6]), torch.index_select(x, 0, index[7])), [1])

  # Sums in float32, whatever the tables' types; [R, D] in the compute type.
  def embed(self, weights: List[Tensor], index: List[Tensor]) -> Tensor:
    x = torch.to(torch.index_select(weights[0], 0, index[0]), 6)
    x = torch.add_(x, torch.index_select(weights[1], 0, index[1]))
    x = torch.add_(x, torch.index_select(weights[2], 0, index[2]))
    return self.norm(torch.to(x, weights[3].dtype), weights, 3)

  def layers(self, weights: List[Tensor], x: Tensor, index: List[Tensor], lengths: List[int], first: int, end: int) -> Tensor:
    for i in range(first, end):
      w = self.first_layer + i * self.layer_weights
      x = self.rows(weights, w, x, self.all_attention(weights, w, x, index, lengths))
    return x

  # The layer at w for the first token of each pair alone, all that the deepest head looks at.
  def deepest_layer(self, weights: List[Tensor], x: Tensor, index: List[Tensor], lengths: List[int], w: int) -> Tensor:
    o = self.first_attention(weights, w, x, index, lengths)
    return self.rows(weights, w, torch.index_select(x, 0, index[3]), o)

  # What follows attention, by blocks of rows: the wide intermediate states stay in the cache, and memory does not grow
  # with them. A row's bits do not depend on the cut, because every block is made of whole grids of rows.
  def rows(self, weights: List[Tensor], w: int, x: Tensor, a: Tensor) -> Tensor:
    out = torch.empty_like(x)
    rows = torch.size(x, 0)
    for i in range((rows + self.row_block - 1) // self.row_block):
      first = i * self.row_block
      count = min(self.row_block, rows - first)
      b = self.linear(torch.narrow(a, 0, first, count), weights, w + 6, weights[w + 7])
      b = self.norm(torch.add_(b, torch.narrow(x, 0, first, count)), weights, w + 8)
      m = self.linear_gelu(b, weights, w + 10, weights[w + 11], "none")
      m = self.linear(m, weights, w + 12, weights[w + 13])
      torch.copy_(torch.narrow(out, 0, first, count), self.norm(torch.add_(m, b), weights, w + 14))
    return out

  def norm(self, x: Tensor, weights: List[Tensor], w: int) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 1)], weights[w], weights[w + 1], self.eps)

  # dense, tanh, and one label, or two, of which the score is the second less the first; on the states of first tokens,
  # in float32.
  def head(self, weights: List[Tensor], states: Tensor, pairs: int, w: int) -> Tensor:
    state = torch.tanh(torch.linear(torch.to(states, 6), weights[w], weights[w + 1]))
    label = torch.size(weights[w + 2], 0) - 1
    score = self.logit(state, weights, w, label)
    if label > 0:
      score = score - self.logit(state, weights, w, 0)
    return torch.narrow(score, 0, 0, pairs)

  # Of one label, row by row: products of one or two outputs round by the number of rows.
  def logit(self, state: Tensor, weights: List[Tensor], w: int, label: int) -> Tensor:
    return torch.sum(torch.mul(state, weights[w + 2][label]), [1]) + weights[w + 3][label]
