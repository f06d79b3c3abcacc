/** What is wrong with JSON and YAML, in words for whoever wrote it. */
@NullMarked
package dev.flinkreranker.runtime.json;

import org.jspecify.annotations.NullMarked;
