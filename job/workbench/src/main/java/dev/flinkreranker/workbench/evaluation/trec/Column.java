package dev.flinkreranker.workbench.evaluation.trec;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a column of a run or of judgments holds, by the names that people give it. */
enum Column {
    QUERY("queryid", "qid", "query", "topicid", "topic"),
    PASSAGE(
            "corpusid",
            "docid",
            "did",
            "docno",
            "doc",
            "documentid",
            "document",
            "passageid",
            "pid",
            "passage",
            "corpusids",
            "docids",
            "documentids",
            "passageids",
            "retrievedids"),
    GRADE("score", "relevance", "rel", "grade", "label", "judgment", "judgement", "rating"),
    RANK("rank", "position"),
    SCORE("score", "similarity");

    private final Set<String> names;

    Column(String... names) {
        this.names = Set.of(names);
    }

    /** Whether a heading means this; case, hyphens and underscores do not matter. */
    boolean isNamed(String heading) {
        return names.contains(heading.toLowerCase(Locale.ROOT).replaceAll("[-_ .]", ""));
    }

    /** The place of the first heading that means this; below zero when none does. */
    int in(List<String> headings) {
        for (int i = 0; i < headings.size(); i++) {
            if (isNamed(headings.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
