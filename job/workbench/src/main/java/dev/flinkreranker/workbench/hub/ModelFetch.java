package dev.flinkreranker.workbench.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.checkpoint.HubCache;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fetches one revision of one model. What is already here, whole and right, is not fetched. */
public final class ModelFetch {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_DESCRIPTION_BYTES = 1 << 25;
    private static final Pattern REVISION =
            Pattern.compile("[0-9A-Za-z_][0-9A-Za-z._-]*(/[0-9A-Za-z_][0-9A-Za-z._-]*)*");

    private final HubConnection hub;
    private final Patience patience;
    private final String id;
    private final String revision;

    /**
     * @param endpoint the Hub's address
     * @param token shows who asks; null for nobody
     * @param id {@code org/name}
     * @param revision a branch, a tag or a commit
     * @throws IOException if the endpoint is no address
     * @throws IllegalArgumentException if the id or the revision cannot be one
     */
    public ModelFetch(String endpoint, @Nullable String token, String id, String revision)
            throws IOException {
        this(endpoint, token, id, revision, Patience.USUAL);
    }

    ModelFetch(
            String endpoint, @Nullable String token, String id, String revision, Patience patience)
            throws IOException {
        if (!HubCache.isId(id)) {
            throw new IllegalArgumentException(id + ": is not a model's id, such as org/name");
        }
        if (!REVISION.matcher(revision).matches()) {
            throw new IllegalArgumentException(revision + ": is not the name of a revision");
        }
        this.hub = new HubConnection(endpoint, token, patience.stall());
        this.patience = patience;
        this.id = id;
        this.revision = revision;
    }

    /**
     * What came of it.
     *
     * @param directory where the model's files are
     * @param commit the revision's full name
     * @param files how many there are
     * @param bytes of all of them
     * @param fetched bytes of those that were not here before
     */
    public record Outcome(Path directory, String commit, int files, long bytes, long fetched) {}

    /** Whoever wants to know how far it is. */
    public interface Watcher {
        /** The bytes of all files; what is given back is told of those that are here. */
        LongConsumer total(long bytes);
    }

    /**
     * Fetches into a Hub cache, from where the model opens by its id.
     *
     * @throws IOException if a file cannot be had or written; one line. What is here by then stays,
     *     and another run goes on with it
     */
    public Outcome into(HubCache cache, Watcher watcher) throws IOException, InterruptedException {
        HubModel model = describe();
        return fetch(model, new CacheTarget(cache.folder(id), model.commit(), revision), watcher);
    }

    /**
     * Fetches into a folder of plain files.
     *
     * @throws IOException as {@link #into(HubCache, Watcher)}
     */
    public Outcome into(Path folder, Watcher watcher) throws IOException, InterruptedException {
        return fetch(describe(), new FolderTarget(folder), watcher);
    }

    private HubModel describe() throws IOException, InterruptedException {
        String path =
                "/api/models/%s/revision/%s?blobs=true"
                        .formatted(id, URLEncoder.encode(revision, StandardCharsets.UTF_8));
        String what = revision.equals("main") ? id : id + ", revision " + revision;
        byte[] answer = patience.insist(() -> hub.bytes(path, MOST_DESCRIPTION_BYTES, what));
        try {
            return HubModel.of(id, JSON.readTree(answer));
        } catch (JsonProcessingException e) {
            throw new IOException(what + ": the answer is not a Hub's description of a model", e);
        }
    }

    private Outcome fetch(HubModel model, FetchTarget target, Watcher watcher)
            throws IOException, InterruptedException {
        Files.createDirectories(target.directory());
        Set<HubFile> missing = new HashSet<>();
        for (HubFile file : model.files()) {
            if (!target.has(file)) {
                missing.add(file);
            }
        }
        checkSpace(missing, target);
        LongConsumer progress = watcher.total(model.size());
        long here = 0;
        long fetched = 0;
        for (HubFile file : model.files()) {
            if (missing.contains(file)) {
                long before = here;
                patience.insist(
                        new Download(
                                hub,
                                "/%s/resolve/%s/%s".formatted(id, model.commit(), file.name()),
                                file,
                                target.partial(file),
                                patience.stall(),
                                bytes -> progress.accept(before + bytes)));
                target.keep(file);
                fetched += file.size();
            }
            target.show(file);
            here += file.size();
            progress.accept(here);
        }
        target.complete();
        return new Outcome(target.directory(), model.commit(), model.files().size(), here, fetched);
    }

    private static void checkSpace(Set<HubFile> missing, FetchTarget target) throws IOException {
        long needed = 0;
        for (HubFile file : missing) {
            Path partial = target.partial(file);
            needed += file.size() - (Files.exists(partial) ? Files.size(partial) : 0);
        }
        long free = Files.getFileStore(target.directory()).getUsableSpace();
        if (needed > free) {
            throw new IOException(
                    "%s: needs %,d bytes more, and %,d are free"
                            .formatted(target.directory(), needed, free));
        }
    }
}
