package dev.flinkreranker.workbench.demo;

/**
 * A record of the dead letter topic, as far as the demo shows it.
 *
 * @param key the event's key
 * @param code the reason code
 * @param message the reason, for a person
 */
record RejectedEvent(String key, String code, String message) {}
