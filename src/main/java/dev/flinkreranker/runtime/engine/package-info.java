/** The process-wide engine: requests in, scores out; models shared, one device thread each. */
@NullMarked
package dev.flinkreranker.runtime.engine;

import org.jspecify.annotations.NullMarked;
