package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.workbench.clicks.ClickEvent.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request's result and the events on it; what the rules of {@link ClickJoin} make of them. */
final class ViewedPage {
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final Map<String, View> views = new HashMap<>();
    private final List<ClickEvent> events;
    private final ClickRules rules;

    /** A document's first view. */
    private record View(int position, @Nullable Instant time) {
        View earlier(View other) {
            return other.time != null && (time == null || other.time.isBefore(time)) ? other : this;
        }
    }

    ViewedPage(RankedResult result, List<ClickEvent> events, ClickRules rules) {
        this.events = events;
        this.rules = rules;
        for (RankedDocument document : result.results()) {
            places.putIfAbsent(document.id().asText(), places.size());
        }
        events.stream().filter(event -> event.action() == Action.VIEW).forEach(this::view);
    }

    private void view(ClickEvent event) {
        if (event.document() != null) {
            Integer place = places.get(event.document());
            if (place != null) {
                int position = event.position() == null ? place + 1 : event.position();
                views.merge(event.document(), new View(position, event.time()), View::earlier);
            }
            return;
        }
        places.forEach(
                (id, place) -> {
                    if (place < rules.shown()) {
                        views.merge(id, new View(place + 1, event.time()), View::earlier);
                    }
                });
    }

    /**
     * The documents that were shown long enough ago, in the order of the result.
     *
     * @param tally is told what becomes of each click
     */
    List<ViewedDocument> viewed(JoinTally tally) {
        Set<String> clicked = new HashSet<>();
        for (ClickEvent event : events) {
            if (event.action() == Action.CLICK) {
                ClickFate fate = fate(event);
                boolean again = fate == ClickFate.COUNTED && !clicked.add(event.document());
                tally.click(again ? ClickFate.AGAIN : fate);
            }
        }
        List<ViewedDocument> viewed = new ArrayList<>();
        places.forEach(
                (id, place) -> {
                    View view = views.get(id);
                    if (view != null && !rules.isOpen(view.time())) {
                        viewed.add(
                                new ViewedDocument(
                                        id, place, view.position(), clicked.contains(id)));
                    }
                });
        return viewed;
    }

    private ClickFate fate(ClickEvent click) {
        if (!places.containsKey(click.document())) {
            return ClickFate.UNKNOWN_DOCUMENT;
        }
        View view = views.get(click.document());
        if (view == null) {
            return ClickFate.NOT_VIEWED;
        }
        if (rules.isOpen(view.time())) {
            return ClickFate.OPEN;
        }
        return rules.isLate(view.time(), click.time()) ? ClickFate.LATE : ClickFate.COUNTED;
    }
}
