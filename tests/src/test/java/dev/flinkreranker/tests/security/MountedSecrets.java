package dev.flinkreranker.tests.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** The folders that Kubernetes mounts from the secrets that Strimzi makes. */
final class MountedSecrets {

    private MountedSecrets() {}

    /**
     * A user with a password, and the authority to trust.
     *
     * @return the folder that holds {@code user} and {@code ca}
     */
    static Path withPassword(Path folder, String user, String password, Certificates trusted)
            throws IOException, GeneralSecurityException {
        Path mounted = Files.createDirectories(folder.resolve("user"));
        Files.writeString(
                mounted.resolve("sasl.jaas.config"),
                ("org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"%s\" password=\"%s\";")
                        .formatted(user, password));
        trust(folder, trusted);
        return folder;
    }

    /** A user with a certificate, and the authority to trust. */
    static Path withCertificate(Path folder, Certificates own, Certificates trusted)
            throws IOException, GeneralSecurityException {
        Path user = Files.createDirectories(folder.resolve("user"));
        Files.copy(own.chain("reranker"), user.resolve("user.crt"));
        Files.copy(own.key("reranker"), user.resolve("user.key"));
        trust(folder, trusted);
        return folder;
    }

    private static void trust(Path folder, Certificates trusted)
            throws IOException, GeneralSecurityException {
        Path ca = Files.createDirectories(folder.resolve("ca"));
        Files.copy(trusted.authority(), ca.resolve("ca.crt"));
    }
}
