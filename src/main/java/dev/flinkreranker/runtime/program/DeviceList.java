package dev.flinkreranker.runtime.program;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The devices that run a model side by side, taken to be alike.
 *
 * @param names as {@link ComputeDevice#named} takes them
 */
public record DeviceList(List<String> names) {

    /** The CPU as a whole. */
    private static final String CPU = "cpu";

    /** Copies the list. */
    public DeviceList {
        names = List.copyOf(names);
    }

    /**
     * The devices of a text.
     *
     * @param text names with commas between them, in any order; {@code cuda} is {@code cuda:0}
     */
    public static DeviceList of(String text) {
        return new DeviceList(
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .map(name -> name.equals("cuda") ? "cuda:0" : name)
                        .sorted(
                                Comparator.comparingInt(String::length)
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList());
    }

    /**
     * Refuses names that no device has, and lists that make no sense.
     *
     * @throws IllegalArgumentException if so; one line
     */
    public void check() {
        Set<ComputeDevice> kinds = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            kinds.add(ComputeDevice.named(name).isCpu() ? ComputeDevice.CPU : new ComputeDevice(0));
            if (!seen.add(name)) {
                throw refused("names " + name + " twice");
            }
        }
        if (kinds.size() > 1) {
            throw refused("mixes CPU and GPUs, whose scores differ; name devices of one kind");
        }
        if (names.size() > 1 && names.contains(CPU)) {
            throw refused("has cpu, which is all of the CPU; number its devices cpu:0, cpu:1");
        }
    }

    /**
     * Whether another list has some device of this one. The same list shares all of them, and one
     * queue.
     */
    public boolean overlaps(DeviceList other) {
        return !equals(other)
                && (names.stream().anyMatch(other.names::contains)
                        || isWhole() && other.isOfCpu()
                        || other.isWhole() && isOfCpu());
    }

    /**
     * The lists of devices that share one copy of the weights: each GPU alone, the CPU's together.
     */
    public List<DeviceList> memories() {
        return isOfCpu()
                ? List.of(this)
                : names.stream().map(name -> new DeviceList(List.of(name))).toList();
    }

    /**
     * Gives each of several devices of the CPU its part of the threads, before they begin to serve.
     * Where somebody has chosen the number of threads, each has that many.
     */
    public void shareThreads() {
        if (isOfCpu()) {
            LibTorch.share(names.size());
        }
    }

    /** One of them, which all are like. */
    public ComputeDevice kind() {
        return ComputeDevice.named(names.get(0));
    }

    private boolean isWhole() {
        return names.contains(CPU);
    }

    private boolean isOfCpu() {
        return names.get(0).startsWith(CPU);
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("device \"" + this + "\" " + why);
    }

    /** The text of {@link #of}. */
    @Override
    public String toString() {
        return String.join(",", names);
    }
}
