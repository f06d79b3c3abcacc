package dev.flinkreranker.workbench.dataset;

/**
 * A document of the data set.
 *
 * @param id in the data set
 * @param title one line
 * @param text the abstract
 */
public record Passage(String id, String title, String text) {

    /** What the model reads: title and text, as the small model was trained on. */
    public String content() {
        return title + " " + text;
    }
}
