/** Architectures and the rerankers made of a program and a checkpoint's weights. */
@NullMarked
package dev.flinkreranker.runtime.model;

import org.jspecify.annotations.NullMarked;
