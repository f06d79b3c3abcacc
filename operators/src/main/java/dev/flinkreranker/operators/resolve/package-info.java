/** From a raw event to a request with its settings, wherever its tenant's config comes from. */
package dev.flinkreranker.operators.resolve;
