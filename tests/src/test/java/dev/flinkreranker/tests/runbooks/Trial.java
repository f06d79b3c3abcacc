package dev.flinkreranker.tests.runbooks;

/**
 * Makes an alert fire by what it is for, and ends it as its runbook says. Whoever runs it then
 * waits until the alert has ended, and cancels the trial's jobs.
 */
interface Trial {

    /**
     * Does it.
     *
     * @throws IllegalStateException if something is not as the runbook says
     * @throws java.util.concurrent.TimeoutException if the alert does not fire, or does not end
     */
    void run(Site site) throws Exception;
}
