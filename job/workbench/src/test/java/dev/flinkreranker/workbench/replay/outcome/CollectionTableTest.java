package dev.flinkreranker.workbench.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.workbench.report.ReportData;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectionTableTest {

    @Test
    void groupsCountAsOneAndTheAverageIsOverColumns() {
        CollectionTable table = new CollectionTable();
        table.add("scifact-test", "bm25", data(0.5, 0.25, 0.75, 0.5));
        table.add("cqadupstack-test", "bm25", data(0.1, 0, 0.2, 0));
        table.add("cqadupstack-test", "bm25", data(0.2, 0, 0.6, 0));

        assertThat(table.markdown())
                .isEqualTo(
                        """
                        ## ndcg_at_10

                        | Model | Reranker | average | cqadupstack-test | scifact-test |
                        | :---- | :---- | :---: | :---: | :---: |
                        | bm25 | NoReranker | 32.500 | 15.000 | 50.000 |
                        | bm25 | layer-6 | **57.500** | **40.000** | **75.000** |

                        ## precision(rel=2)_at_5

                        | Model | Reranker | average | cqadupstack-test | scifact-test |
                        | :---- | :---- | :---: | :---: | :---: |
                        | bm25 | NoReranker | 12.500 | **0.000** | 25.000 |
                        | bm25 | layer-6 | **25.000** | **0.000** | **50.000** |

                        """);
        assertThat(table.headline())
                .isEqualTo(
                        """
                        ndcg_at_10
                        Model  Reranker    average  cqadupstack-test  scifact-test
                        bm25   NoReranker   32.500            15.000        50.000
                        bm25   layer-6      57.500            40.000        75.000
                        """);
    }

    @Test
    void aRowThatLacksAColumnHasNoAverage() {
        CollectionTable table = new CollectionTable();
        table.add("a-test", "bm25", data(0.5, 0.25, 0.75, 0.5));
        table.add("b-test", "splade", data(0.1, 0, 0.2, 0));

        assertThat(table.markdown())
                .contains("| bm25 | layer-6 | - | **75.000** | - |")
                .contains("| splade | NoReranker | - | - | 10.000 |");
    }

    private static ReportData data(double... means) {
        return new ReportData(
                "",
                "",
                List.of("ndcg@10", "p(rel=2)@5"),
                "",
                1,
                1,
                List.of(
                        configuration("first-stage", means[0], means[1]),
                        configuration("layer-6", means[2], means[3])),
                null,
                null,
                List.of(),
                List.of(),
                0,
                List.of());
    }

    private static ReportData.Configuration configuration(String name, double... means) {
        return new ReportData.Configuration(
                name, "", null, List.of(means[0], means[1]), null, null, null, null);
    }
}
