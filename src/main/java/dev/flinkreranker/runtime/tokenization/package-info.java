/** From query and passage to token ids, by the rules of the reference. */
@NullMarked
package dev.flinkreranker.runtime.tokenization;

import org.jspecify.annotations.NullMarked;
