/**
 * The job under TLS, logins and rights: what it needs, what it says when it lacks it, what it keeps
 * to itself.
 */
package dev.flinkreranker.tests.security;
