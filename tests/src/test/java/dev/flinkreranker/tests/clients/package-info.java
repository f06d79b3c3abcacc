/** The examples for those who produce and consume, run as they are documented. */
package dev.flinkreranker.tests.clients;
