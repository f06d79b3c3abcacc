package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TurnHeapTest {

    private static final class Element extends Turn {}

    @Test
    void givesTheFirstTurnAfterAnyAdditionsMovesAndRemovals() {
        long seed = 7;
        Random random = new Random(seed);
        TurnHeap<Element> heap = new TurnHeap<>();
        List<Element> model = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int what = random.nextInt(4);
            if (what < 2 || model.isEmpty()) {
                Element element = new Element();
                element.key(random.nextInt(20), random.nextInt(20), step);
                heap.add(element);
                model.add(element);
            } else if (what == 2) {
                Element element = model.get(random.nextInt(model.size()));
                element.key(random.nextInt(20), random.nextInt(20), step);
                heap.update(element);
            } else {
                Element element = model.remove(random.nextInt(model.size()));
                heap.remove(element);
                assertThat(element.heapIndex).isEqualTo(-1);
            }
            assertThat(heap.size()).isEqualTo(model.size());
            if (!model.isEmpty()) {
                Element first = heap.peek();
                assertThat(model).as("step %d", step).noneMatch(e -> e.isBefore(first));
            }
        }
    }
}
