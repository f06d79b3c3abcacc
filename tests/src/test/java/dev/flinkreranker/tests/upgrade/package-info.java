/**
 * Upgrades: what a savepoint of an earlier version holds, restored in the job of today. {@code
 * tests/savepoint} takes the next one.
 */
package dev.flinkreranker.tests.upgrade;
