/** Results: their shape on the wire, and how scores become a ranking. */
@NullMarked
package dev.flinkreranker.operators.result;

import org.jspecify.annotations.NullMarked;
