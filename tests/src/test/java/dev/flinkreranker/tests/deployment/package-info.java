/** What ships to a cluster, checked where no cluster is: manifests, images, dashboards, alerts. */
package dev.flinkreranker.tests.deployment;
