package dev.flinkreranker.runtime.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * A binary heap whose elements know their place, so that one of 10,000 tenants can be moved when
 * its turn changes without a search.
 */
final class TurnHeap<T extends Turn> {

    private final List<T> elements = new ArrayList<>();

    boolean isEmpty() {
        return elements.isEmpty();
    }

    int size() {
        return elements.size();
    }

    T peek() {
        return elements.get(0);
    }

    void add(T element) {
        elements.add(element);
        element.heapIndex = elements.size() - 1;
        up(element.heapIndex);
    }

    void remove(T element) {
        int hole = element.heapIndex;
        T last = elements.remove(elements.size() - 1);
        element.heapIndex = -1;
        if (last != element) {
            put(last, hole);
            update(last);
        }
    }

    /** Restores the order after the key of this element changed. */
    void update(T element) {
        up(element.heapIndex);
        down(element.heapIndex);
    }

    private void up(int start) {
        T element = elements.get(start);
        int at = start;
        while (at > 0) {
            T parent = elements.get((at - 1) / 2);
            if (!element.isBefore(parent)) {
                break;
            }
            put(parent, at);
            at = (at - 1) / 2;
        }
        put(element, at);
    }

    private void down(int start) {
        T element = elements.get(start);
        int at = start;
        while (2 * at + 1 < elements.size()) {
            int child = 2 * at + 1;
            if (child + 1 < elements.size()
                    && elements.get(child + 1).isBefore(elements.get(child))) {
                child++;
            }
            if (!elements.get(child).isBefore(element)) {
                break;
            }
            put(elements.get(child), at);
            at = child;
        }
        put(element, at);
    }

    private void put(T element, int at) {
        elements.set(at, element);
        element.heapIndex = at;
    }
}
