/** The process-wide engine: requests in, scores out; models shared, one device thread each. */
package dev.flinkreranker.runtime.engine;
