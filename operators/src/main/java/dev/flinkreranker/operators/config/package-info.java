/** Reading configuration strictly: what is not understood is refused, by its path. */
package dev.flinkreranker.operators.config;
