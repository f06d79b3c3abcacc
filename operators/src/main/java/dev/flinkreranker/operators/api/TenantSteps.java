package dev.flinkreranker.operators.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Settings of a tenant.
 *
 * @param <S> the class whose steps these are
 */
@PublicEvolving
public abstract sealed class TenantSteps<S extends TenantSteps<S>> extends RankingSteps<S>
        permits TenantSettings, Reranking {

    TenantSteps() {}

    /**
     * Gives some elements other settings. The first route that matches applies.
     *
     * @param name told in the rankings that it applied to
     * @param attribute what is looked at, as {@link Reranking#attribute} names it
     * @param values the values of which it must have one: strings, numbers or booleans
     * @param settings what differs from the tenant's
     */
    public S route(
            String name,
            String attribute,
            Collection<?> values,
            Consumer<RankingSettings> settings) {
        ArrayNode in = JsonNodeFactory.instance.arrayNode();
        for (Object value : values) {
            JsonNode scalar = value == null ? null : Scalars.node(value);
            if (scalar == null) {
                throw new IllegalArgumentException(
                        "route %s: %s is no string, number or boolean".formatted(name, value));
            }
            in.add(scalar);
        }
        ObjectNode route = second(name, settings);
        route.putObject("when").put("field", attribute).set("in", in);
        fields().withArrayProperty("routes").add(route);
        return self();
    }

    /**
     * Ranks elements by a second configuration too, and interleaves both rankings. Elements need an
     * {@link Reranking#id}, which tosses the coins.
     *
     * @param name of the second configuration
     * @param settings what differs from the tenant's
     */
    public S interleave(String name, Consumer<RankingSettings> settings) {
        return set("interleave", second(name, settings));
    }

    /**
     * Ranks an element by less where its own settings would miss its deadline, as predicted when it
     * is taken up.
     *
     * @param settings what differs from the tenant's, without its stages: something that asks for
     *     less
     */
    public S whenLate(Consumer<RankingSettings> settings) {
        RankingSettings own = new RankingSettings();
        settings.accept(own);
        return set("when_late", own.fields());
    }

    private static ObjectNode second(String name, Consumer<RankingSettings> settings) {
        RankingSettings own = new RankingSettings();
        settings.accept(own);
        ObjectNode second = JsonNodeFactory.instance.objectNode();
        second.put("name", name);
        second.set("settings", own.fields());
        return second;
    }
}
