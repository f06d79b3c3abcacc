package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * Where the pairs of a batch lie in its rows: one after another without padding, then the rows that
 * fill the batch up, which count as one more pair. A pair may leave out ids that it begins with,
 * where another pair before it has them ({@link SharedQueries}), or where their keys and values
 * come from another call and lie after the batch's rows ({@link PrefixLoan}).
 *
 * @param lengths positions of each pair, those that it leaves out included
 * @param shared how many of them each leaves out
 * @param cached where those lie after the batch's rows; -1 if they are those of the nearest pair
 *     before it that leaves out none, or whose own lie there
 * @param plan how many rows a batch is filled up to
 */
record PackedRows(int[] lengths, int[] shared, int[] cached, ExecutionPlan plan) {

    /** Pairs with all their rows. */
    static PackedRows of(List<TokenizedPair> pairs, ExecutionPlan plan) {
        int[] lengths = pairs.stream().mapToInt(TokenizedPair::length).toArray();
        return of(lengths, new int[lengths.length], plan);
    }

    /** Pairs that leave out what pairs before them have. */
    static PackedRows of(int[] lengths, int[] shared, ExecutionPlan plan) {
        int[] cached = new int[lengths.length];
        Arrays.fill(cached, -1);
        return new PackedRows(lengths, shared, cached, plan);
    }

    /** The same pairs with other lengths. */
    PackedRows with(int[] otherLengths) {
        return new PackedRows(otherLengths, shared, cached, plan);
    }

    /** Number of pairs. */
    int pairs() {
        return lengths.length;
    }

    /** Rows of the batch, filled up. */
    int rows() {
        return plan.rows(ownRows());
    }

    /** Rows of scored states, one for each pair, filled up. */
    int scoredRows() {
        return plan.rows(pairs());
    }

    /** The id of each row; 0 where rows fill up. */
    int[] ids(List<TokenizedPair> pairs) {
        return each((pair, position) -> (int) pairs.get(pair).ids()[position]);
    }

    /** The position of each row in its pair; 0 where rows fill up. */
    int[] positions() {
        return each((pair, position) -> position);
    }

    /** The row of each pair's first position; row 0 where scored rows fill up. */
    int[] firsts() {
        int[] bounds = bounds();
        return scored(i -> bounds[i]);
    }

    /** The row of each pair's last position; row 0 where scored rows fill up. */
    int[] lasts() {
        int[] bounds = bounds();
        return scored(i -> bounds[i + 1] - 1);
    }

    /** Where each pair's rows begin, then those that fill up, and the end: pairs + 2 rows. */
    int[] bounds() {
        return bounds(i -> lengths[i] - shared[i], rows());
    }

    /** The same for scored states. */
    int[] scoredBounds() {
        return bounds(i -> 1, scoredRows());
    }

    /**
     * The rows that each pair's positions see, one pair after another: those that it left out, then
     * its own. Empty if nobody leaves anything out, so that the rows can be taken as they lie.
     */
    int[] keys() {
        if (ownRows() == Arrays.stream(lengths).sum()) {
            return new int[0];
        }
        int[] bounds = bounds();
        int[] keyBounds = keyBounds();
        int[] keys = new int[keyBounds[pairs() + 1]];
        int leader = 0;
        for (int i = 0; i <= pairs(); i++) {
            int left = i < pairs() ? shared[i] : 0;
            boolean borrows = i < pairs() && cached[i] >= 0;
            if (left == 0 || borrows) {
                leader = i;
            }
            for (int position = 0; position < keyBounds[i + 1] - keyBounds[i]; position++) {
                int row;
                if (position >= left) {
                    row = bounds[i] + position - left;
                } else if (borrows) {
                    row = rows() + cached[i] + position;
                } else {
                    row = keys[keyBounds[leader] + position];
                }
                keys[keyBounds[i] + position] = row;
            }
        }
        return keys;
    }

    /** Where each pair's {@link #keys} begin, those of the rows that fill up, and the end. */
    int[] keyBounds() {
        return bounds(i -> lengths[i], Arrays.stream(lengths).sum() + rows() - ownRows());
    }

    private int ownRows() {
        return Arrays.stream(lengths).sum() - Arrays.stream(shared).sum();
    }

    /** A number for each row, by its pair and the position there; 0 where rows fill up. */
    private int[] each(IntBinaryOperator number) {
        int[] numbers = new int[rows()];
        int row = 0;
        for (int i = 0; i < pairs(); i++) {
            for (int position = shared[i]; position < lengths[i]; position++) {
                numbers[row++] = number.applyAsInt(i, position);
            }
        }
        return numbers;
    }

    private int[] scored(IntUnaryOperator row) {
        int[] rows = new int[scoredRows()];
        for (int i = 0; i < pairs(); i++) {
            rows[i] = row.applyAsInt(i);
        }
        return rows;
    }

    private int[] bounds(IntUnaryOperator count, int end) {
        int[] bounds = new int[pairs() + 2];
        for (int i = 0; i < pairs(); i++) {
            bounds[i + 1] = bounds[i] + count.applyAsInt(i);
        }
        bounds[pairs() + 1] = end;
        return bounds;
    }
}
