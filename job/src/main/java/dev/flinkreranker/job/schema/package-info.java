/** The JSON schemas of what is on the wire. */
@NullMarked
package dev.flinkreranker.job.schema;

import org.jspecify.annotations.NullMarked;
