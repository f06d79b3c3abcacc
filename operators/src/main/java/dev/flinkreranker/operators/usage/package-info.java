/** What tenants used, added up for billing. */
package dev.flinkreranker.operators.usage;
