/** From a request with its settings to a result or a dead letter. */
package dev.flinkreranker.operators.rerank;
