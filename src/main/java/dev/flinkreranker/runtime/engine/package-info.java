/** The process-wide engine: requests in, scores out; models and devices shared. */
@NullMarked
package dev.flinkreranker.runtime.engine;

import org.jspecify.annotations.NullMarked;
