/** Hugging Face checkpoints as they are: configuration, tensor directory, memory-mapped weights. */
package dev.flinkreranker.runtime.checkpoint;
