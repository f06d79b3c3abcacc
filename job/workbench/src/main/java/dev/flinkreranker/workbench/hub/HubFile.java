package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of a model as its Hub describes it.
 *
 * @param name its path in the model, with slashes
 * @param size its bytes
 * @param check how its hash is made
 * @param hash what it must be, in lower case
 */
record HubFile(String name, long size, Check check, String hash) {

    private static final int BUFFER = 1 << 20;

    /** What a hash is made of. */
    enum Check {
        /** SHA-256 of the bytes, which the Hub tells of large files. */
        SHA256("SHA-256", 64),
        /** Git's hash of a blob: SHA-1 of the word blob, the size, and the bytes. */
        GIT_BLOB("SHA-1", 40);

        private final String algorithm;
        private final int digits;

        Check(String algorithm, int digits) {
            this.algorithm = algorithm;
            this.digits = digits;
        }

        /** Whether a text can be such a hash. */
        boolean fits(String hash) {
            return hash.matches("[0-9a-f]{" + digits + "}");
        }
    }

    /**
     * The hash of a file's bytes.
     *
     * @throws IOException when they cannot be read
     */
    String hashOf(Path file) throws IOException {
        MessageDigest digest = digest();
        if (check == Check.GIT_BLOB) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private MessageDigest digest() {
        try {
            return MessageDigest.getInstance(check.algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + check.algorithm, e);
        }
    }
}
