/** Tenants' configs on their topic, from the command line: check, write, read, delete. */
package dev.flinkreranker.job.tenants;
