package dev.flinkreranker.tests.security;

import dev.flinkreranker.tests.rig.KafkaBroker;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;

/**
 * How a broker is set up that lets nobody in without a login or a certificate, nor do more than was
 * granted.
 */
final class SecuredBroker {

    /** The password of all: wherever it is found, a secret got out. */
    static final String PASSWORD = "canary-7c1f-of-the-password";

    /** The user that logs in with a password. */
    static final String USER = "User:reranker";

    /** The user that changes tenants' configs, with the same password. */
    static final String TENANTS = "User:reranker-tenants";

    /** The user that sends dead letters again, with the same password. */
    static final String REDRIVE = "User:reranker-redrive";

    /** The user that shows a certificate. */
    static final String CERTIFIED = "User:CN=reranker";

    /** The topics of the shipped configuration. */
    static final String[] TOPICS = {
        "rerank.requests",
        "rerank.results",
        "rerank.dead-letters",
        "rerank.overflow",
        "rerank.usage",
        "rerank.tenants"
    };

    private SecuredBroker() {}

    /**
     * Listeners SASL_SSL (SCRAM) and SSL (client certificates), and the plain one for the test's
     * own eyes, which may do everything.
     */
    static KafkaBroker.Settings settings(Certificates certificates) throws Exception {
        certificates.sign("broker");
        Path keyStore = certificates.keyStore("broker");
        return new KafkaBroker.Settings(
                List.of("SASL_SSL", "SSL"),
                Map.ofEntries(
                        Map.entry("ssl.keystore.type", "PEM"),
                        Map.entry("ssl.keystore.location", keyStore.toString()),
                        Map.entry("ssl.truststore.type", "PEM"),
                        Map.entry("ssl.truststore.location", certificates.authority().toString()),
                        Map.entry("listener.name.ssl.ssl.client.auth", "required"),
                        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                        Map.entry(
                                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                        Map.entry(
                                "authorizer.class.name",
                                "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        Map.entry("super.users", "User:ANONYMOUS")),
                List.of(scram(USER), scram(TENANTS), scram(REDRIVE)));
    }

    private static String scram(String principal) {
        return "SCRAM-SHA-512=[name=%s,password=%s]".formatted(name(principal), PASSWORD);
    }

    /** What a principal logs in as. */
    static String name(String principal) {
        return principal.substring("User:".length());
    }

    static void grant(KafkaBroker broker, Collection<AclBinding> rights)
            throws InterruptedException, ExecutionException {
        try (Admin admin = broker.admin()) {
            admin.createAcls(rights).all().get();
        }
    }

    static void revoke(KafkaBroker broker, Collection<AclBinding> rights)
            throws InterruptedException, ExecutionException {
        try (Admin admin = broker.admin()) {
            admin.deleteAcls(rights.stream().map(AclBinding::toFilter).toList()).all().get();
        }
    }
}
