package dev.flinkreranker.job.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The schemas, JSON Schema 2020-12. They lie in {@code src/main/resources/schemas} and are made of
 * the code's records by {@code SchemasTest}, which fails when they are not fresh.
 *
 * <p>A schema's version changes only when an old program could no longer work with it. What is
 * written (results, headers of dead letters, usage) may gain fields, but loses none and changes no
 * type, so whoever ignores unknown fields goes on. What is read (requests, tenants' configs) may
 * gain optional fields and take more values, but requires nothing new and refuses nothing that was
 * good.
 */
public enum WireSchema {
    /** A request's value. */
    REQUEST(Direction.READ),
    /** A result's value. */
    RESULT(Direction.WRITTEN),
    /** A dead letter's headers, as an object of texts. */
    DEAD_LETTER(Direction.WRITTEN),
    /** A usage record's value. */
    USAGE(Direction.WRITTEN),
    /** A tenant's config. */
    TENANT(Direction.READ);

    /** Who must get along with a change. */
    public enum Direction {
        /** By the job, so that those who write it need not change. */
        READ,
        /** By the job, so that those who read it need not change. */
        WRITTEN
    }

    private static final int VERSION = 1;

    private final Direction direction;

    WireSchema(Direction direction) {
        this.direction = direction;
    }

    /** Whether the job reads or writes it. */
    public Direction direction() {
        return direction;
    }

    /** Its name, as on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Its file's name, with its version. */
    public String file() {
        return id() + "-v" + VERSION + ".json";
    }

    /** Its {@code $id}. */
    public String urn() {
        return "urn:flink-reranker:schema:" + id() + ":v" + VERSION;
    }

    /** The schema. */
    public String text() {
        try (InputStream in = WireSchema.class.getResourceAsStream("/schemas/" + file())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name, for the command line. */
    @Override
    public String toString() {
        return id();
    }
}
