/** The JSON schemas of what is on the wire. */
package dev.flinkreranker.job.schema;
