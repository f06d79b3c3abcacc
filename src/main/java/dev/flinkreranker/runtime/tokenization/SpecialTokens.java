package dev.flinkreranker.runtime.tokenization;

/** What becomes of text that spells a control token, for example {@code </s>} inside a document. */
public enum SpecialTokens {
    /** It is scored as the characters it is made of. A document cannot forge a separator. */
    PLAIN_TEXT,
    /** It becomes the control token, as the reference does. */
    REFERENCE
}
