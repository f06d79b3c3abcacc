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

    /** What ids spell, for people: texts do not always come back as they were. */
    String text(long[] ids) {
        return tokenizer.text(ids);
    }

    /** All ids of a text, without special tokens. */
    long[] ids(String text) {
        return tokenizer.ids(wellFormed(text));
    }

    /**
     * Ids of a text of which no more than {@code limit} will be used: all of them, or at least
     * {@code limit + 1} of its beginning or, where the beginning is cut off, of its end.
     *
     * <p>A text with more than 250 characters for each token of the limit is cut there before it is
     * tokenized, so that a huge text costs no more than its limit warrants. Where the cut text
     * yields too few tokens to be sure that the {@code limit} are those of the whole text (long
     * runs of blanks, which are cheap), the whole text is tokenized after all.
     */
    long[] ids(String text, int limit, TruncationSide side) {
        long characters = (long) limit * CHARACTERS_PER_TOKEN;
        if (text.length() > characters) {
            long[] ids = ids(shortened(text, (int) characters, side));
            if (ids.length >= limit + MARGIN) {
                return ids;
            }
        }
        return ids(text);
    }

    /** So many characters of a longer text, or one less where a surrogate pair would be cut. */
    private static String shortened(String text, int characters, TruncationSide side) {
        if (side == TruncationSide.RIGHT) {
            boolean splits = Character.isHighSurrogate(text.charAt(characters - 1));
            return text.substring(0, splits ? characters - 1 : characters);
        }
        int from = text.length() - characters;
        return text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
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
