package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads chosen requests of the log again, for their text. */
final class LogTexts {
    private LogTexts() {}

    /** The requests by id. */
    static Map<String, ReplayRequest> read(List<Path> files, List<KeptRequest> wanted)
            throws IOException {
        List<KeptRequest> inOrder =
                wanted.stream()
                        .sorted(
                                Comparator.comparingInt(KeptRequest::file)
                                        .thenComparingLong(KeptRequest::line))
                        .toList();
        Map<String, ReplayRequest> requests = new HashMap<>();
        try (LogReader log = new LogReader(files)) {
            for (KeptRequest request : inOrder) {
                ReplayRequest read = log.read(request.file(), request.line());
                requests.put(read.id(), read);
            }
        }
        return requests;
    }
}
