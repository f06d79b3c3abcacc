package dev.flinkreranker.job.stream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns the first SIGTERM or SIGINT into an action of ours; a second one ends the process as ever.
 * A shutdown hook would not do: all hooks run side by side, so that Flink's own and the engine's
 * would take away what the job needs to end in order.
 *
 * <p>By reflection, as in Kafka: the compiler warns of the JDK's classes for signals, and there are
 * no others.
 */
final class StopSignal implements AutoCloseable {

    private static final List<String> SIGNALS = List.of("TERM", "INT");

    private final Runnable action;
    private final AtomicBoolean came = new AtomicBoolean();
    private final Map<String, Object> before = new HashMap<>();

    private StopSignal(Runnable action) {
        this.action = action;
    }

    /**
     * Waits for a signal. A JVM that leaves signals alone ({@code -Xrs}) ends by them as ever.
     *
     * @param action runs on a thread of its own
     */
    static StopSignal onFirst(Runnable action) {
        StopSignal signal = new StopSignal(action);
        Object handler = signal.handler();
        SIGNALS.forEach(name -> signal.before.put(name, handle(name, handler)));
        return signal;
    }

    /** Whether it came. */
    boolean came() {
        return came.get();
    }

    private Object handler() {
        return Proxy.newProxyInstance(
                StopSignal.class.getClassLoader(),
                new Class<?>[] {type("sun.misc.SignalHandler")},
                (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "handle" -> {
                                if (!came.getAndSet(true)) {
                                    close();
                                    action.run();
                                }
                                yield null;
                            }
                            case "equals" -> proxy == arguments[0];
                            case "hashCode" -> System.identityHashCode(proxy);
                            default -> "stop signal";
                        });
    }

    /** Sets a handler and returns the one before; without effect where the JVM allows none. */
    private static Object handle(String name, Object handler) {
        Class<?> signal = type("sun.misc.Signal");
        try {
            return signal.getMethod("handle", signal, type("sun.misc.SignalHandler"))
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return handler;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts back what was there before. */
    @Override
    public void close() {
        before.forEach(StopSignal::handle);
    }
}
