/** From query and passage to token ids, by the rules of the reference. */
package dev.flinkreranker.runtime.tokenization;
