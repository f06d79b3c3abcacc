package dev.flinkreranker.runtime.checkpoint;

import java.util.List;

/**
 * What an adapter adds to a matrix W: {@code W + scale * up * down} (LoRA, Hu et al. 2021, where up
 * is B and down is A).
 *
 * @param down shape [rank, columns of W]
 * @param up shape [rows of W, rank]
 * @param scale finite
 */
public record LowRankUpdate(StoredTensor down, StoredTensor up, double scale) {

    /** Both tensors. */
    public List<StoredTensor> tensors() {
        return List.of(down, up);
    }

    /** That of some of the matrix's rows. */
    LowRankUpdate rows(long first, long count) {
        return new LowRankUpdate(down, up.rows(first, count), scale);
    }
}
