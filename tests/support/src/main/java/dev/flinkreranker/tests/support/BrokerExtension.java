package dev.flinkreranker.tests.support;

import dev.flinkreranker.local.LocalBroker;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * One broker for all tests of a class and its nested classes, in a static field with
 * {@code @RegisterExtension}. Whoever uses it has reranker-local among its own dependencies.
 */
public final class BrokerExtension implements BeforeAllCallback {

    private LocalBroker broker;

    /** The broker, which is the extension's to close. */
    public LocalBroker get() {
        return broker;
    }

    /** The address for clients: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Store store = context.getStore(Namespace.create(this));
        // A nested class finds the broker of the class around it.
        if (store.get(LocalBroker.class) == null) {
            broker = LocalBroker.start();
            // Closed when the class is through, as all that a store holds.
            store.put(LocalBroker.class, broker);
        }
    }
}
