/** From a raw event to a request with its settings, wherever its tenant's config comes from. */
@NullMarked
package dev.flinkreranker.operators.resolve;

import org.jspecify.annotations.NullMarked;
