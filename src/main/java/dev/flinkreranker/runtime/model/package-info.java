/** Architectures and the rerankers made of a program and a checkpoint's weights. */
package dev.flinkreranker.runtime.model;
