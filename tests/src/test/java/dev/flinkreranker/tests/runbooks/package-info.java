/** Every alert is made to fire on the rig, and its runbook to end it: {@code tests/runbooks}. */
package dev.flinkreranker.tests.runbooks;
