package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder of plain files. Files of another revision in it are replaced, one at a time, by a
 * rename.
 *
 * @param directory the folder; made if it is missing
 */
record FolderTarget(Path directory) implements FetchTarget {

    @Override
    public boolean has(HubFile file) throws IOException {
        Path there = directory.resolve(file.name());
        return Files.isRegularFile(there)
                && Files.size(there) == file.size()
                && file.hashOf(there).equals(file.hash());
    }

    /** Its name has the hash, so that nothing of another revision is gone on with. */
    @Override
    public Path partial(HubFile file) {
        return directory.resolve("." + file.hash() + ".incomplete");
    }

    @Override
    public void keep(HubFile file) throws IOException {
        Path there = directory.resolve(file.name());
        Files.createDirectories(there.getParent());
        Files.move(
                partial(file),
                there,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void show(HubFile file) {}

    @Override
    public void complete() {}
}
