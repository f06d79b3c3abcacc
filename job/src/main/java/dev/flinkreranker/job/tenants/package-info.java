/** Tenants' configs on their topic, from the command line: check, write, read, delete. */
@NullMarked
package dev.flinkreranker.job.tenants;

import org.jspecify.annotations.NullMarked;
