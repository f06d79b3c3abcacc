/** What a tenant chooses, and how a request's settings are found. */
@NullMarked
package dev.flinkreranker.operators.tenant;

import org.jspecify.annotations.NullMarked;
