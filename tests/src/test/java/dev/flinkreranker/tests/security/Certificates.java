package dev.flinkreranker.tests.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** An authority and what it signed, made by the JDK's keytool and written as PEM files. */
final class Certificates {

    private static final String PASSWORD = "only-for-this-file";

    private final Path directory;
    private final Path store;

    private Certificates(Path directory, Path store) {
        this.directory = directory;
        this.store = store;
    }

    /** A new authority. */
    static Certificates of(Path directory, String authority)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Certificates made = new Certificates(directory, directory.resolve("all.p12"));
        made.generate("authority", authority, List.of("-ext", "bc:c=ca:true"));
        return made;
    }

    /** Signs a new key for a name; it may serve on this machine too. */
    void sign(String name) throws IOException, InterruptedException {
        generate(
                name,
                name,
                List.of("-signer", "authority", "-ext", "san=ip:127.0.0.1,dns:localhost"));
    }

    private void generate(String alias, String name, List<String> more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + name));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
        command.addAll(List.of("-storepass", PASSWORD));
        command.addAll(more);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    /** The authority's certificate. */
    Path authority() throws IOException, GeneralSecurityException {
        return write("authority.crt", certificates("authority"));
    }

    /** A name's certificate and those above it. */
    Path chain(String name) throws IOException, GeneralSecurityException {
        return write(name + ".crt", certificates(name));
    }

    /** A name's private key. */
    Path key(String name) throws IOException, GeneralSecurityException {
        return write(name + ".key", privateKey(name));
    }

    /** A name's private key and its certificates, as Kafka takes them for a key store. */
    Path keyStore(String name) throws IOException, GeneralSecurityException {
        return write(name + ".pem", privateKey(name) + certificates(name));
    }

    private String privateKey(String name) throws IOException, GeneralSecurityException {
        return pem("PRIVATE KEY", load().getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    private String certificates(String name) throws IOException, GeneralSecurityException {
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : load().getCertificateChain(name)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return chain.toString();
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD.toCharArray());
        }
        return loaded;
    }

    private Path write(String file, String pem) throws IOException {
        return Files.writeString(directory.resolve(file), pem);
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return String.join(
                "\n",
                Arrays.asList(
                        "-----BEGIN " + what + "-----", text, "-----END " + what + "-----\n"));
    }
}
