package dev.flinkreranker.runtime.batching;

/**
 * What a batch of one profile costs on its device, as learned so far.
 *
 * @param perBatch seconds for a batch of any size
 * @param perToken seconds for each token, and each row that fills tokens up ({@link
 *     ScoringProfile#rows})
 * @param perSquare seconds for each squared token of a pair's length
 * @param observations number of batches it was learned from
 */
public record BatchCost(double perBatch, double perToken, double perSquare, long observations) {}
