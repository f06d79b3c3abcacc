/** Files as people have them: compressed or not, with a byte order mark or without, piped. */
package dev.flinkreranker.job.file;
