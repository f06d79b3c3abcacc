package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A model's folder in a Hub cache, in the layout of huggingface_hub: bytes in {@code blobs} by
 * hash, links to them in {@code snapshots} by commit, and the commit of a revision in {@code refs}.
 * The ref is written last, so that a model's id means the old snapshot until the new one is whole.
 *
 * @param folder {@code models--org--name}
 * @param commit what is fetched
 * @param revision its name; a commit's own name needs no ref
 */
record CacheTarget(Path folder, String commit, String revision) implements FetchTarget {

    @Override
    public Path directory() {
        return folder.resolve("snapshots").resolve(commit);
    }

    private Path blob(HubFile file) {
        return folder.resolve("blobs").resolve(file.hash());
    }

    /** A blob's name is its hash, and it gets it when it is whole. */
    @Override
    public boolean has(HubFile file) throws IOException {
        return Files.isRegularFile(blob(file)) && Files.size(blob(file)) == file.size();
    }

    @Override
    public Path partial(HubFile file) {
        return folder.resolve("blobs").resolve(file.hash() + ".incomplete");
    }

    @Override
    public void keep(HubFile file) throws IOException {
        Files.move(
                partial(file),
                blob(file),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void show(HubFile file) throws IOException {
        Path link = directory().resolve(file.name());
        Files.createDirectories(link.getParent());
        Path target = link.getParent().relativize(blob(file));
        if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(target)) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, target);
        }
    }

    @Override
    public void complete() throws IOException {
        if (revision.equals(commit)) {
            return;
        }
        Path ref = folder.resolve("refs").resolve(revision);
        Files.createDirectories(ref.getParent());
        Path written = ref.resolveSibling(ref.getFileName() + ".incomplete");
        Files.writeString(written, commit);
        Files.move(
                written, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
