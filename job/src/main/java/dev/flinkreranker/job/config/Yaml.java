package dev.flinkreranker.job.config;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.flinkreranker.job.file.InputFile;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads YAML, or JSON, as people write it: one document, no field twice. Aliases are refused, since
 * the parser would take {@code *name} for a text.
 */
public final class Yaml {

    private static final YAMLMapper MAPPER =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    // "no" is Norwegian, not false.
                                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Yaml() {}

    /**
     * Reads a file.
     *
     * @return a missing node where there is nothing in it
     * @throws IOException if it cannot be read
     * @throws InvalidConfigException if it is not YAML, naming the file and the place in it
     */
    public static JsonNode read(Path file) throws IOException {
        String yaml = InputFile.text(file);
        try {
            return parse(yaml);
        } catch (InvalidConfigException e) {
            throw new InvalidConfigException(file + ": " + e.getMessage());
        }
    }

    /**
     * Reads a text.
     *
     * @return a missing node where there is nothing in it
     * @throws InvalidConfigException if it is not YAML, naming the place
     */
    public static JsonNode parse(String yaml) {
        try {
            refuseAliases(yaml);
            return MAPPER.readTree(yaml);
        } catch (IOException e) {
            throw new InvalidConfigException(JsonFault.of(e).inFile());
        }
    }

    private static void refuseAliases(String yaml) throws IOException {
        try (YAMLParser parser = MAPPER.getFactory().createParser(yaml)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw new InvalidConfigException(
                            "line %d: *%s stands for another value; write that value here, or put a"
                                            .formatted(
                                                    parser.currentTokenLocation().getLineNr(),
                                                    parser.getText())
                                    + " text that begins with * in quotes");
                }
            }
        }
    }
}
