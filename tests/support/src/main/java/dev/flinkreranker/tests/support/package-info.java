/** What the tests of several modules share. */
package dev.flinkreranker.tests.support;
