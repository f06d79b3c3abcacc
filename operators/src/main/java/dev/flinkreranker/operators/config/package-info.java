/** Reading configuration strictly: what is not understood is refused, by its path. */
@NullMarked
package dev.flinkreranker.operators.config;

import org.jspecify.annotations.NullMarked;
