/**
 * Weight-free TorchScript programs and memory-mapped weights: the only package that touches the
 * native library. Programs are the readable {@code *.py} resources beside it.
 */
@NullMarked
package dev.flinkreranker.runtime.program;

import org.jspecify.annotations.NullMarked;
