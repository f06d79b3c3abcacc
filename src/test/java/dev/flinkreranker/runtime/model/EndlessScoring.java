package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that scores until it is ended, on two threads, one of which opens the model anew every
 * few batches. Prints a line before each batch. Arguments: the model, how it ends itself ({@code
 * exit}, {@code halt}, or {@code never}), its seed, before which batch it does.
 */
final class EndlessScoring {

    /** Its own exit status. */
    static final int STATUS = 7;

    private EndlessScoring() {}

    public static void main(String[] arguments) {
        Path model = Path.of(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[2]));
        Thread other =
                new Thread(
                        () -> {
                            while (true) {
                                score(model, new Random(0), 3);
                            }
                        });
        other.setDaemon(true);
        other.start();
        score(model, random, Integer.parseInt(arguments[3]));
        switch (arguments[1]) {
            case "exit" -> System.exit(STATUS);
            case "halt" -> Runtime.getRuntime().halt(STATUS);
            default -> score(model, random, Integer.MAX_VALUE);
        }
    }

    private static void score(Path model, Random random, int batches) {
        try (Reranker reranker = Reranker.open(model, ComputeType.FLOAT32, "cpu")) {
            PairTokenizer tokenizer = reranker.tokenizer(TokenizationSettings.defaults());
            TokenizedQuery query = tokenizer.query("what is a reranker");
            for (int batch = 0; batch < batches; batch++) {
                System.out.println("batch " + batch);
                List<TokenizedPair> pairs = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    pairs.add(tokenizer.pair(query, "it orders ".repeat(1 + random.nextInt(100))));
                }
                reranker.score(pairs, ScoringSettings.defaults());
            }
        }
    }
}
