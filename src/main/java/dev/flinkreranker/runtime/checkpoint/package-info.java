/** Hugging Face checkpoints as they are: configuration, tensor directory, memory-mapped weights. */
@NullMarked
package dev.flinkreranker.runtime.checkpoint;

import org.jspecify.annotations.NullMarked;
