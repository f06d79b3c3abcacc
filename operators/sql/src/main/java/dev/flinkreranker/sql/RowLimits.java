package dev.flinkreranker.sql;

import java.io.Serializable;

/**
 * What a row may be at most. Beyond it a row is rejected before any work is done for it.
 *
 * @param documents documents of a row, at least 1
 * @param textChars UTF-16 characters of the query, and of each document, at least 1
 * @param rowChars UTF-16 characters of query and documents together, at least 1
 */
record RowLimits(int documents, int textChars, int rowChars) implements Serializable {}
