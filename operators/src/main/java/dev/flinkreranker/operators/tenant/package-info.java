/** What a tenant chooses, and how a request's settings are found. */
package dev.flinkreranker.operators.tenant;
