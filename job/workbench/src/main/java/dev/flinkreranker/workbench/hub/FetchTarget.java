package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.nio.file.Path;

/** Where a model's files go. A reader never sees a file that is not whole. */
interface FetchTarget {

    /** The directory of the files once all are there. */
    Path directory();

    /** Whether the file is there, whole and right. */
    boolean has(HubFile file) throws IOException;

    /** Where its bytes are gathered; a later run goes on with what is there. */
    Path partial(HubFile file);

    /** Takes a file that was gathered in its partial file and checked. */
    void keep(HubFile file) throws IOException;

    /** Makes a file that it has a part of this revision. */
    void show(HubFile file) throws IOException;

    /** Ends, when all files are there. */
    void complete() throws IOException;
}
