# Gemma, Gemma 2, Llama, MiniCPM, Qwen2 and Qwen3: what scores the state of a pair's last position, or the mean of all. Goes
# with rotation.py and kept.py.
#
# The text is TorchScript in the form in which libtorch stores the code of a module: every value has one type, torch.f
# is the operator aten::f (ops.mkldnn.f one of oneDNN's), and there are no modules to import. A number format is its
# code: 4 int64, 6 float32, 7 float64, 11 bool. D is hidden_size, F intermediate_size; a matrix is [outputs, inputs].
#
# A call brings its weights as one list. These attributes say where each lies; -1 if the family has none.
#   embedding            [vocabulary, D]            first_head  [1, D], one after another
#   final_norm           [D]                        answer_table  [vocabulary, D], of which yes and no are rows
# From first_layer on follow the layers, each of layer_weights weights; within a layer lie
#   attention_norm       [D], before attention      q_matrix  [heads * head_dim, D]
#   q_norm, k_norm       [head_dim], of each head   k_matrix, v_matrix  [kv_heads * head_dim, D]
#   post_attention_norm  [D], of its outcome        o_matrix  [D, heads * head_dim]
#   feed_forward_norm    [D], before that block     gate_matrix, up_matrix  [F, D]
#   post_feed_forward_norm  [D], of its outcome     down_matrix  [D, F]
#   q_bias, k_bias, v_bias, o_bias: as long as their matrix is high
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  embedding : int
  final_norm : int
  first_head : int
  answer_table : int
  first_layer : int
  layer_weights : int
  attention_norm : int
  q_matrix : int
  k_matrix : int
  v_matrix : int
  q_bias : int
  k_bias : int
  v_bias : int
  q_norm : int
  k_norm : int
  o_matrix : int
  o_bias : int
  post_attention_norm : int
  feed_forward_norm : int
  gate_matrix : int
  up_matrix : int
  down_matrix : int
  post_feed_forward_norm : int
  # Rows of answer_table: the score is the logit of yes, less that of no; -1: no such row.
  yes : int
  no : int
  # Shapes: query heads, key and value heads, width of a head; how many keys an even layer sees (0: all).
  heads : int
  kv_heads : int
  head_dim : int
  window : int
  # Whether a position sees those before it alone, and whether the mean of all is scored.
  causal : bool
  mean : bool
  # The number format of the states.
  compute_type : int
  # Threads that share an operation on the CPU. Rows are filled up to a multiple of row_grid; row_block of them pass a
  # layer at once, but for attention (see ExecutionPlan).
  threads : int
  row_grid : int
  row_block : int
  # What else tells the families apart: norms by (1 + weight) in float32; SiLU instead of tanh-GELU.
  offset_norm : bool
  silu : bool
  eps : float
  rope_theta : float
  # Llama 3's rotation: slower by rope_factor where less than rope_low turns fit into rope_positions, unchanged from
  # rope_high turns on, and in between in proportion. A factor of 1 leaves all unchanged.
  rope_factor : float
  rope_low : float
  rope_high : float
  rope_positions : float
  embedding_scale : float
  residual_scale : float
  attention_scale : float
  attention_softcap : float
  final_softcap : float
  # What a score is divided by.
  temperature : float

  # Scores packed rows: those of all pairs one after another, without padding, then some that fill a grid and that nothing
  # looks at. prefixes says how many ids of each pair are a query that other pairs may begin with, 0 for none; the first of
  # them, as many as templates says, may be those of other queries. A pair may leave such ids out, and its shared is their
  # number. Cutoffs ascend; heads names the head of each. Before each of compress_layers, neighbours of a passage become
  # one, at most so many as groups says for that layer; a cutoff there sees the states before. lengths are those of all
  # pairs, then those after each compression. cached are keys and values of ids that are left out, from other calls:
  # [layers, 2, ids, kv_heads, head_dim]. Returns float32 [cutoffs, pairs], the states [R, D] that came to the deepest
  # layer, not yet merged there, and such keys and values of the pairs in coming, of the first as many ids as
  # coming_tokens says.
  #
  # buffer holds vectors of these sizes (see PackedRows): the ids [R], then eight for the rows as they are first, and eight
  # after each compression:
  #   0 1   which row before each group begins with, and how many it is made of [R]; empty at first
  #   2     positions [R]               3    the row of each pair's last position, filled up to the grid
  #   4 5   where each pair's rows begin, and where its last position does among last positions [pairs + 2]
  #   6 7   the rows that each pair's positions see, empty if all lie as they are seen, and where those of each pair begin;
  #         rows from R on are those of cached, one after another
  def score(self, weights: List[Tensor], buffer: Tensor, sizes: List[int], lengths: List[int], prefixes: List[int],
      templates: List[int], shared: List[int], cutoffs: List[int], heads: List[int], compress_layers: List[int],
      groups: List[int], softcap: bool, cached: List[Tensor], coming: List[int], coming_tokens: List[int]) -> List[Tensor]:
    vectors = torch.split_with_sizes(self.brought(buffer, weights[0].device), sizes)
    x = self.embed(weights, vectors[0])
    return self.scores(weights, x, vectors, lengths, prefixes, templates, shared, 0, cutoffs, heads, compress_layers, groups,
        softcap, cached, coming, coming_tokens)

  # The same from states that passed the lowest done layers in other calls (see kept.py); lengths and vectors begin there.
  def resume(self, weights: List[Tensor], kept: List[Tensor], firsts: List[int], counts: List[int], done: int, buffer: Tensor,
      sizes: List[int], lengths: List[int], prefixes: List[int], templates: List[int], shared: List[int],
      cutoffs: List[int], heads: List[int], compress_layers: List[int], groups: List[int], softcap: bool,
      cached: List[Tensor], coming: List[int], coming_tokens: List[int]) -> List[Tensor]:
    x = self.gathered(kept, firsts, counts, sizes[3])
    vectors = torch.split_with_sizes(self.brought(buffer, weights[0].device), sizes)
    return self.scores(weights, x, vectors, lengths, prefixes, templates, shared, done, cutoffs, heads, compress_layers,
        groups, softcap, cached, coming, coming_tokens)

  # The same for states that passed the lowest done layers, fewer than the first cutoff.
  def scores(self, weights: List[Tensor], x: Tensor, vectors: List[Tensor], lengths: List[int], prefixes: List[int],
      templates: List[int], shared: List[int], done: int, cutoffs: List[int], heads: List[int], compress_layers: List[int],
      groups: List[int], softcap: bool, cached: List[Tensor], coming: List[int], coming_tokens: List[int]) -> List[Tensor]:
    pairs = len(shared)
    index = torch.slice(vectors, 1, 9)
    now = torch.slice(lengths, 0, pairs)
    angles = self.angles(index, now, x.dtype)
    hidden = self.hidden(index, now, softcap)
    scores = annotate(List[Tensor], [])
    deepest = cutoffs[-1]
    merged = 0
    kept = x
    made = annotate(List[Tensor], [])
    for tokens in coming_tokens:
      made.append(torch.empty([deepest, 2, tokens, self.kv_heads, self.head_dim], dtype=x.dtype, device=x.device))
    for i in range(done, deepest):
      for c in range(len(cutoffs)):
        if cutoffs[c] == i:
          scores.append(self.head(weights, torch.index_select(x, 0, index[3]), pairs, heads[c]))
      kept = x
      if i in compress_layers:
        most = groups[merged]
        merged = merged + 1
        index = torch.slice(vectors, 1 + 8 * merged, 9 + 8 * merged)
        now = torch.slice(lengths, merged * pairs, (merged + 1) * pairs)
        x = self.merge(x, index[0], index[1], most)
        angles = self.angles(index, now, x.dtype)
        hidden = self.hidden(index, now, softcap)
      last = i == deepest - 1 and not self.mean
      x = self.layer(weights, i, x, angles, hidden, index, prefixes, templates, shared, now, softcap, last, cached, coming,
          made)
    if self.mean:
      scores.append(self.logit(weights, self.means(weights, x, index, now), heads[-1]))
    else:
      scores.append(self.head(weights, x, pairs, heads[-1]))
    return torch.add([torch.stack(scores), kept], made)

  def embed(self, weights: List[Tensor], ids: Tensor) -> Tensor:
    # The table is stored in whatever type; the rows take the compute type.
    x = torch.to(torch.index_select(weights[self.embedding], 0, ids), self.compute_type)
    if self.embedding_scale != 1.:
      # The constant takes the compute type first: 45.25, not 45.2548, in bfloat16.
      x = torch.mul(x, torch.full([1], self.embedding_scale, dtype=x.dtype, device=x.device))
    return x

  # The rotation of each row (see rotation.py), in the compute type.
  def angles(self, index: List[Tensor], lengths: List[int], format: int) -> List[Tensor]:
    frequencies = self.frequencies(index[2], self.head_dim, self.rope_theta)
    if self.rope_factor != 1.:
      turns = torch.mul(frequencies, self.rope_positions / 6.283185307179586)
      kept = torch.clamp(torch.div(torch.sub(turns, self.rope_low), self.rope_high - self.rope_low), 0., 1.)
      kept = torch.add(torch.mul(kept, 1. - 1. / self.rope_factor), 1. / self.rope_factor)
      frequencies = torch.mul(frequencies, kept)
    return self.turned(index[2], max(lengths), frequencies, format)

  # The layer's bias at that slot, if it has one.
  def bias(self, weights: List[Tensor], w: int, slot: int) -> Optional[Tensor]:
    bias = annotate(Optional[Tensor], None)
    if slot >= 0:
      bias = weights[w + slot]
    return bias

  # Token compression: the mean of the states of each group, of at most that many. Each state takes its share in the
  # compute type, then they are summed.
  def merge(self, x: Tensor, first: Tensor, count: Tensor, most: int) -> Tensor:
    share = torch.unsqueeze(torch.to(torch.reciprocal(torch.to(count, 6)), x.dtype), 1)
    sum = torch.to(torch.mul(torch.index_select(x, 0, first), share), 6)
    for k in range(1, most):
      present = torch.gt(count, k)
      states = torch.index_select(x, 0, first + torch.mul(present, k))
      states = torch.mul(states, torch.mul(share, torch.unsqueeze(present, 1)))
      sum = torch.add_(sum, torch.to(states, 6))
    return torch.to(sum, x.dtype)

  # Scores the states of last positions, in float32 whatever the compute type: a score rounded to
  # bfloat16 would tie. One row of the vocabulary, never all.
  def head(self, weights: List[Tensor], states: Tensor, pairs: int, head: int) -> Tensor:
    state = self.norm(torch.to(torch.narrow(states, 0, 0, pairs), 6), weights[self.final_norm])
    return self.logit(weights, state, head)

  # The score of normed states, by rows.
  def logit(self, weights: List[Tensor], state: Tensor, head: int) -> Tensor:
    if self.yes < 0:
      score = torch.sum(torch.mul(state, weights[self.first_head + head]), [-1])
    else:
      table = weights[self.answer_table]
      score = torch.sum(torch.mul(state, torch.to(table[self.yes], 6)), [-1])
      if self.no >= 0:
        score = score - torch.sum(torch.mul(state, torch.to(table[self.no], 6)), [-1])
    if self.final_softcap > 0.:
      wide = torch.tanh(torch.to(score, 7) / self.final_softcap) * self.final_softcap
      score = torch.to(wide, 6)
    if self.temperature != 1.:
      score = torch.div(score, self.temperature)
    return score
