package dev.flinkreranker.workbench.replay.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Folders of test collections, and folders whose folders are, such as CQADupStack's. */
public final class CollectionFolders {
    private CollectionFolders() {}

    /**
     * A collection among several.
     *
     * @param folder where it lies
     * @param name unique among them
     * @param group name of what is averaged first and then stands for one: its own, or that of the
     *     folder that holds it and others
     */
    public record Member(Path folder, String name, String group) {}

    /**
     * All collections of the folders, in the order named and then by name.
     *
     * @throws IOException naming a folder that holds none
     * @throws IllegalArgumentException when two have one name
     */
    public static List<Member> of(List<Path> folders) throws IOException {
        List<Member> members = new ArrayList<>();
        for (Path named : folders) {
            Path folder = named.toAbsolutePath().normalize();
            if (!Files.isDirectory(folder)) {
                throw new NoSuchFileException(named.toString());
            }
            String group = folder.getFileName().toString();
            if (TrecCollection.isIn(folder)) {
                members.add(new Member(folder, group, group));
                continue;
            }
            List<Path> below = collectionsIn(folder);
            if (below.isEmpty()) {
                throw new IOException(
                        named + ": no queries there, so no collection, nor in the folders below");
            }
            for (Path one : below) {
                members.add(new Member(one, group + "/" + one.getFileName(), group));
            }
        }
        for (Member member : members) {
            if (members.stream().filter(m -> m.name().equals(member.name())).count() > 1) {
                throw new IllegalArgumentException(
                        "two collections are named " + member.name() + "; rename a folder");
            }
        }
        return members;
    }

    private static List<Path> collectionsIn(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> below = Files.list(folder)) {
            for (Path one : below.filter(Files::isDirectory).sorted().toList()) {
                if (TrecCollection.isIn(one)) {
                    found.add(one);
                }
            }
        }
        return found;
    }
}
