package dev.flinkreranker.workbench.clicks;

/**
 * A document that a person was shown.
 *
 * @param id of the document
 * @param index its place among the documents of the result, from 0
 * @param position where it was shown, from 1: as the view says, else its place in the result
 * @param clicked whether it was clicked in time
 */
record ViewedDocument(String id, int index, int position, boolean clicked) {}
