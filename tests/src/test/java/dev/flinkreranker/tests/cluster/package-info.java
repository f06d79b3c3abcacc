/** The packaged job on real processes: what it does there, who may see what, what it tells. */
package dev.flinkreranker.tests.cluster;
