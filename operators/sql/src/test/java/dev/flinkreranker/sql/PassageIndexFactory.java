package dev.flinkreranker.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.VectorSearchTableSource;
import org.apache.flink.table.connector.source.search.VectorSearchFunctionProvider;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.functions.VectorSearchFunction;

/** A table {@code (passage STRING, embedding ARRAY<FLOAT>)} that any vector finds from the top. */
public final class PassageIndexFactory implements DynamicTableSourceFactory {

    /** What lies in the table. */
    static final List<String> PASSAGES =
            List.of(
                    "Visualization of cell cycle in mouse embryos with Fucci2 reporter.",
                    "Aspirin inhibits cyclooxygenase and so the synthesis of prostaglandin E2.",
                    "Plant organ formation needs gradients of auxin.");

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        return new Index();
    }

    @Override
    public String factoryIdentifier() {
        return "passage-index";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    private static final class Index implements VectorSearchTableSource {

        @Override
        public VectorSearchRuntimeProvider getSearchRuntimeProvider(VectorSearchContext context) {
            return VectorSearchFunctionProvider.of(new FromTheTop());
        }

        @Override
        public DynamicTableSource copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "passages";
        }
    }

    /** Gives the first passages. */
    public static final class FromTheTop extends VectorSearchFunction {

        private static final long serialVersionUID = 1L;

        @Override
        public Collection<RowData> vectorSearch(int topK, RowData query) {
            ArrayData vector = query.getArray(0);
            List<RowData> hits = new ArrayList<>();
            for (int i = 0; i < Math.min(topK, PASSAGES.size()); i++) {
                hits.add(
                        GenericRowData.of(
                                StringData.fromString(PASSAGES.get(i)), vector, 1.0 / (1 + i)));
            }
            return hits;
        }
    }
}
