/**
 * Requests, results and dead letters as records, for programs that produce and consume them.
 *
 * <p>The components are the JSON fields in camel case, so that Jackson ({@code
 * PropertyNamingStrategies.SNAKE_CASE}, with {@code FAIL_ON_UNKNOWN_PROPERTIES} off) and Gson
 * ({@code LOWER_CASE_WITH_UNDERSCORES}) map them as they are. A null is the same as an absent
 * field. Nothing here depends on anything but the JDK.
 */
package dev.flinkreranker.client;
