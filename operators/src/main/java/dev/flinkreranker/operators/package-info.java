/** The stream's operators: raw events in, ranked results and dead letters out. */
package dev.flinkreranker.operators;
