/**
 * Micro-batches by cost, fair between tenants. Pure Java: neither DJL nor Flink, and an injected
 * clock.
 */
package dev.flinkreranker.runtime.batching;
