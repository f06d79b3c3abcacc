package dev.flinkreranker.runtime.tokenization;

import java.util.Objects;

/** Turns any Java string into token ids: repairs broken UTF-16 and guards against absurd sizes. */
final class TextEncoder implements AutoCloseable {

    /** No language needs this many characters for a token, on average over a whole limit. */
    private static final int CHARACTERS_PER_TOKEN = 250;

    /**
     * Tokens next to a cut that may differ from those of the whole text. The widest known reach is
     * WordPiece's: a word of up to 100 characters is taken whole or not at all.
     */
    private static final int MARGIN = 128;

    private static final char REPLACEMENT = '\uFFFD';

    private final NativeTokenizer tokenizer;

    TextEncoder(NativeTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** All ids of a text, without special tokens. */
    long[] ids(String text) {
        return tokenizer.ids(wellFormed(text));
    }

    /**
     * Ids of a text of which no more than {@code limit} will be used: all of them, or at least
     * {@code limit + 1} of them.
     *
     * <p>A text with more than 250 characters for each token of the limit is cut there before it is
     * tokenized, so that a huge text costs no more than its limit warrants. Where the cut text
     * yields too few tokens to be sure that the first {@code limit} are those of the whole text
     * (long runs of blanks, which are cheap), the whole text is tokenized after all.
     */
    long[] ids(String text, int limit) {
        long characters = (long) limit * CHARACTERS_PER_TOKEN;
        if (text.length() > characters) {
            int cut = (int) characters;
            if (Character.isHighSurrogate(text.charAt(cut - 1))) {
                cut--;
            }
            long[] ids = ids(text.substring(0, cut));
            if (ids.length >= limit + MARGIN) {
                return ids;
            }
        }
        return ids(text);
    }

    /**
     * The text with every lone surrogate replaced by U+FFFD. The native code would otherwise take
     * the whole string for broken and replace its valid characters too.
     */
    static String wellFormed(String text) {
        Objects.requireNonNull(text, "text");
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return repaired(text);
            }
        }
        return text;
    }

    private static String repaired(String text) {
        StringBuilder repaired = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                repaired.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                repaired.append(c).append(text.charAt(++i));
            } else {
                repaired.append(REPLACEMENT);
            }
        }
        return repaired.toString();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
