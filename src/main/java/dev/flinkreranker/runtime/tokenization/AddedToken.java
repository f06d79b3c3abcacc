package dev.flinkreranker.runtime.tokenization;

/**
 * An entry of {@code added_tokens} in {@code tokenizer.json}: text that becomes one id before
 * anything else looks at it.
 *
 * @param id its token id
 * @param content its text
 * @param special whether it is a control token, not a piece of language
 */
record AddedToken(long id, String content, boolean special) {}
