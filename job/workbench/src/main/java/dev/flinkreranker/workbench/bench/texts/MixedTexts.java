package dev.flinkreranker.workbench.bench.texts;

import dev.flinkreranker.workbench.dataset.DataSet;
import dev.flinkreranker.workbench.dataset.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Real text in mixed lengths: passages of a data set, joined and cut so that every order of
 * magnitude between the shortest and the longest is as likely as any other.
 */
public final class MixedTexts {

    private final List<String> queries;
    private final List<Passage> passages;
    private final int shortest;
    private final int longest;
    private final Random random;

    /**
     * @param shortest characters of a text at least
     * @param longest characters of a text at most
     */
    public MixedTexts(DataSet data, int shortest, int longest, long seed) {
        this.queries = List.copyOf(data.queries().values());
        this.passages = List.copyOf(data.passages().values());
        this.shortest = shortest;
        this.longest = longest;
        this.random = new Random(seed);
    }

    /** Any query with so many texts. */
    public TextRequest request(int texts) {
        List<String> list = new ArrayList<>();
        for (int i = 0; i < texts; i++) {
            list.add(text());
        }
        return new TextRequest(queries.get(random.nextInt(queries.size())), list, List.of());
    }

    /** Any query with one to so many texts. */
    public TextRequest requestUpTo(int texts) {
        return request(1 + random.nextInt(texts));
    }

    /** So many pairs, by query: each query but the last has so many texts. */
    public List<TextPair> pairs(int count, int texts) {
        List<TextPair> pairs = new ArrayList<>();
        while (pairs.size() < count) {
            TextRequest request = request(Math.min(texts, count - pairs.size()));
            request.passages().forEach(text -> pairs.add(new TextPair(request.query(), text)));
        }
        return pairs;
    }

    private String text() {
        double range = Math.log((double) longest / shortest);
        int length = (int) (shortest * Math.exp(random.nextDouble() * range));
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(passages.get(random.nextInt(passages.size())).content()).append(' ');
        }
        boolean halves = Character.isHighSurrogate(text.charAt(length - 1));
        return text.substring(0, halves ? length - 1 : length);
    }
}
