package dev.flinkreranker.client;

/**
 * One candidate of a request. On the wire it may have more fields, which a result gives back where
 * documents are asked for.
 *
 * @param id names it in the result; unique in the request; null for none, as every document has its
 *     index
 * @param text what is ranked
 * @param score of the first stage; null for none
 */
public record Document(String id, String text, Double score) {

    /** A text alone. */
    public static Document of(String text) {
        return new Document(null, text, null);
    }
}
