package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.replay.input.BadLineException;
import dev.flinkreranker.workbench.replay.input.LineReader;
import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import dev.flinkreranker.workbench.replay.input.RequestLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads chosen requests of the log again, for their text. */
final class LogTexts {
    private LogTexts() {}

    /** The requests by id. */
    static Map<String, ReplayRequest> read(List<Path> files, List<KeptRequest> wanted)
            throws IOException {
        Map<Integer, TreeMap<Long, String>> byFile = new TreeMap<>();
        for (KeptRequest request : wanted) {
            byFile.computeIfAbsent(request.file(), file -> new TreeMap<>())
                    .put(request.line(), request.id());
        }
        Map<String, ReplayRequest> requests = new HashMap<>();
        for (Map.Entry<Integer, TreeMap<Long, String>> file : byFile.entrySet()) {
            TreeMap<Long, String> lines = file.getValue();
            try (LineReader reader = LineReader.open(files.get(file.getKey()))) {
                while (!lines.isEmpty() && reader.next()) {
                    if (lines.remove(reader.number()) != null) {
                        ReplayRequest request = RequestLine.parse(reader.bytes());
                        requests.put(request.id(), request);
                    }
                }
            } catch (BadLineException e) {
                throw new IOException(
                        files.get(file.getKey())
                                + " was changed during the replay: "
                                + e.getMessage(),
                        e);
            }
        }
        return requests;
    }
}
