/** From a request with its settings to a result or a dead letter. */
@NullMarked
package dev.flinkreranker.operators.rerank;

import org.jspecify.annotations.NullMarked;
