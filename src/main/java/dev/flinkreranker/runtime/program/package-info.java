/** The weight-free TorchScript programs and the native library that runs them. */
package dev.flinkreranker.runtime.program;
