/** Files as people have them: compressed or not, with a byte order mark or without, piped. */
@NullMarked
package dev.flinkreranker.job.file;

import org.jspecify.annotations.NullMarked;
